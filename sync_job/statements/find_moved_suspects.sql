-- One row per event of this walk whose id was stored before, with another date. The events are gone through once; the
-- suspects are found by their id.
select distinct s.occurred_ms, s.id
from events as e
cross join suspects as s on s.id = e.id and s.occurred_ms <> e.occurred_ms
where not exists (select 1 from suspects as t where t.id = e.id and t.occurred_ms = e.occurred_ms)
