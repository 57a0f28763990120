-- A row is what one person did with one email before $since_ms, summed; latest first. No email: events without one.
select
    subscriber_id,
    email_id,
    max(occurred_ms) as last_ms,
    count(*) filter (where event_type = 'subscriber.opened') as opens,
    count(*) filter (where event_type = 'subscriber.clicked') as clicks,
    count(*) as events
from events
where occurred_ms < $since_ms and subscriber_id is not null
group by subscriber_id, email_id
order by subscriber_id nulls last, last_ms desc nulls last, email_id nulls last
