-- One row: different people who acted between two days, both included, and before a moment; and how many of them
-- are on the list today.
select
    count(distinct e.subscriber_id) as engaged,
    count(distinct case when e.event_type = 'subscriber.opened' then e.subscriber_id end) as opened,
    count(distinct case when e.event_type = 'subscriber.clicked' then e.subscriber_id end) as clicked,
    count(distinct case when s.is_active then e.subscriber_id end) as still_active
from events as e
left join subscribers as s on s.subscriber_id = e.subscriber_id
where
    e.event_type in ('subscriber.opened', 'subscriber.clicked')
    and e.day between $first_day and $last_day
    and e.occurred_ms < $before_ms
