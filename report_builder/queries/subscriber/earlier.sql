-- A row is what one person did with one email before $since_ms, summed; latest first. Opens and clicks of machines
-- are in `events` alone. No email: events without one.
select
    e.subscriber_id,
    e.email_id,
    max(e.occurred_ms) as last_ms,
    count(case when e.event_type = 'subscriber.opened' and j.verdict = 'human' then 1 end) as opens,
    count(case when e.event_type = 'subscriber.clicked' and j.verdict = 'human' then 1 end) as clicks,
    count(*) as events
from events as e
left join judged as j on j.event_id = e.event_id
where e.occurred_ms < $since_ms and e.subscriber_id is not null
group by e.subscriber_id, e.email_id
order by e.subscriber_id nulls last, last_ms desc nulls last, e.email_id nulls last
