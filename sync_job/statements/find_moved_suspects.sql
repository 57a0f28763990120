-- One row per event of this walk whose id was stored before, with another date.
select distinct s.occurred_ms, s.id
from suspects as s
where exists (
    select 1
    from events as e
    where e.id = s.id and e.occurred_ms <> s.occurred_ms
        and not exists (select 1 from suspects as t where t.id = e.id and t.occurred_ms = e.occurred_ms)
)
