update subscriber_tags set to_ms = :now_ms
where subscriber = :subscriber and tag = :tag and to_ms is null
