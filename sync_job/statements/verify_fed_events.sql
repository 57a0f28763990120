-- The events that came from the feed rather than from a file, as count_events_per_email counts them.
select count(*)
from events as e
join event_kinds as k on k.id = e.kind
where k.family <> 'export'
