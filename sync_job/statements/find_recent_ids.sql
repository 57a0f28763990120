-- One row per event since the floor, latest first; what a file brought may have lost its milliseconds.
select e.id, e.occurred_ms
from events as e
join event_kinds as k on k.id = e.kind
where e.occurred_ms >= :floor_ms and k.family <> 'export'
order by e.occurred_ms desc
limit :most
