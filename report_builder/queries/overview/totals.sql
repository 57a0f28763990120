-- One row: different people who opened, clicked or replied between two days, both included, and before a moment; how
-- many of them clicked, how many are on the list today, and how many replies there were.
select
    count(distinct a.subscriber_id) as engaged,
    count(distinct case when a.event_type = 'subscriber.clicked' then a.subscriber_id end) as clicked,
    count(distinct case when s.is_active then a.subscriber_id end) as still_active,
    count(case when a.event_type = 'subscriber.replied' then 1 end) as replies
from human_acts as a
left join subscribers as s on s.subscriber_id = a.subscriber_id
where a.day between $first_day and $last_day and a.occurred_ms < $before_ms
