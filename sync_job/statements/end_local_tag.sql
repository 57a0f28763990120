-- From now on they do not have it; nothing if they do not have it anyway.
update subscriber_tags set to_ms = :now_ms
where subscriber = :subscriber and tag = (select id from tags where name = :name) and to_ms is null
