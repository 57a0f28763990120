-- One row per kind of event that may occur: its type and, of opens and clicks, who made them and why. kind_id stands
-- for these three words where there are a million events of them.
with types as (
    select distinct event_type
    from events
),
opinions as (
    select distinct verdict, reason
    from judged
    union all
    select null as verdict, null as reason
)
select
    row_number() over (
        order by t.event_type nulls last, o.verdict nulls last, o.reason nulls last
    ) as kind_id,
    t.event_type,
    o.verdict,
    o.reason
from types as t
cross join opinions as o
