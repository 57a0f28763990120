-- One row per email (null: of none), with the events that came from the feed rather than from a file.
select e.email, count(*)
from events as e
join event_kinds as k on k.id = e.kind
where k.family <> 'export'
group by e.email
