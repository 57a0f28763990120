-- One row per older id within any of the given seconds, with the id that took its place.
select a.occurred_ms, a.id, a.family, a.event_id
from json_each(:seconds) as s
cross join event_aliases as a on a.occurred_ms >= s.value and a.occurred_ms < s.value + 1000
