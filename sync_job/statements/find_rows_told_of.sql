-- One row per event within any of the given seconds that a file had under the API's own id, at the same time or one
-- without milliseconds.
select e.occurred_ms, e.id, k.type
from json_each(:seconds) as s
cross join event_aliases as a on a.occurred_ms >= s.value and a.occurred_ms < s.value + 1000
join events as e on e.id = a.id and e.occurred_ms >= s.value and e.occurred_ms < s.value + 1000
join event_kinds as k on k.id = e.kind
where a.event_id = a.id and a.family = 'export' and k.family <> 'export'
