-- One row: different people who acted between two days, both included, and before a moment.
select
    count(distinct subscriber_id) as engaged,
    count(distinct case when event_type = 'subscriber.opened' then subscriber_id end) as opened,
    count(distinct case when event_type = 'subscriber.clicked' then subscriber_id end) as clicked
from events
where
    event_type in ('subscriber.opened', 'subscriber.clicked')
    and day between $first_day and $last_day
    and occurred_ms < $before_ms
