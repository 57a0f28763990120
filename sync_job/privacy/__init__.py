"""People's rights: what is known of somebody, erasing them for good, and forgetting what is old."""
