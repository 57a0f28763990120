-- A row is one step of $days days, counted from $first_day: different people who acted in it. Empty steps have none.
with acted as (
    select
        cast(floor(cast(date_diff('day', cast($first_day as date), day) as double) / $days) as bigint) as step,
        event_type,
        subscriber_id
    from events
    where
        event_type in ('subscriber.opened', 'subscriber.clicked')
        and day between $first_day and $last_day
        and occurred_ms < $before_ms
)
select
    step,
    count(distinct subscriber_id) as engaged,
    count(distinct case when event_type = 'subscriber.opened' then subscriber_id end) as opened,
    count(distinct case when event_type = 'subscriber.clicked' then subscriber_id end) as clicked
from acted
group by step
order by step nulls last
