insert or ignore into subscriber_tags (subscriber, tag, from_ms) values (:subscriber, :tag, :from_ms)
