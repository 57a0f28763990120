-- One row per event of theirs, oldest first, as everybody sees events.
select * from event_log where subscriber_id = :uuid order by occurred_at, event_id
