-- A row is one email that people clicked in: how many they are, their clicks (the same link again within five minutes
-- of the click before counts once), and the different links each followed, added up.
with clicks as (
    select a.email_id, a.subscriber_id, l.target, a.occurred_ms, a.event_id
    from human_acts as a
    left join links as l on l.link_id = a.link_id
    where a.event_type = 'subscriber.clicked' and a.email_id is not null and a.subscriber_id is not null
),
after as (
    select
        email_id,
        subscriber_id,
        target,
        occurred_ms - lag(occurred_ms) over (
            partition by email_id, subscriber_id, target order by occurred_ms nulls last, event_id nulls last
        ) as since_ms
    from clicks
),
followed as (
    select
        email_id,
        subscriber_id,
        target,
        count(case when since_ms is null or since_ms > 300000 then 1 end) as clicks
    from after
    group by email_id, subscriber_id, target
)
select
    email_id,
    count(distinct subscriber_id) as clickers,
    cast(sum(clicks) as bigint) as clicks,
    count(target) as links
from followed
group by email_id
order by email_id nulls last
