"""Words, ports and edges that every component shares; no product logic."""
