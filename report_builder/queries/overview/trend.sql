-- A row is one step of $days days, counted from $first_day: different people who opened, clicked or replied in it,
-- and those of them who clicked. Empty steps have none.
with acted as (
    select
        cast(floor(cast(date_diff('day', cast($first_day as date), day) as double) / $days) as bigint) as step,
        event_type,
        subscriber_id
    from human_acts
    where day between $first_day and $last_day and occurred_ms < $before_ms
)
select
    step,
    count(distinct subscriber_id) as engaged,
    count(distinct case when event_type = 'subscriber.clicked' then subscriber_id end) as clicked
from acted
group by step
order by step nulls last
