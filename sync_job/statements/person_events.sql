-- One row per event of theirs, oldest first, as everybody sees events.
select * from temp.event_log order by occurred_at, event_id
