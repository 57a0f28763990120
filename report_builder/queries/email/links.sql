-- A row is one link of one email: how many people followed it and how often, and beside it every click there was
-- and of how many readers, machines included; most people first.
with readers as (
    select
        e.email_id,
        l.target,
        e.subscriber_id,
        max(case when j.verdict = 'human' then 1 else 0 end) as is_person,
        count(case when j.verdict = 'human' then 1 end) as clicks,
        count(*) as raw_clicks,
        min(l.url) as url
    from events as e
    join links as l on l.link_id = e.link_id
    left join judged as j on j.event_id = e.event_id
    where e.event_type = 'subscriber.clicked' and e.email_id is not null
    group by e.email_id, l.target, e.subscriber_id
)
select
    email_id,
    target,
    min(url) as url,
    count(distinct case when is_person = 1 then subscriber_id end) as people,
    cast(sum(clicks) as bigint) as clicks,
    cast(sum(raw_clicks) as bigint) as raw_clicks,
    count(distinct subscriber_id) as raw_people
from readers
group by email_id, target
order by email_id nulls last, people desc nulls last, raw_clicks desc nulls last, target nulls last
