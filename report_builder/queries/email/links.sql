-- A row is one link of one email: who clicked it, most people first.
with people as (
    select e.email_id, l.target, e.subscriber_id, count(*) as clicks, min(l.url) as url
    from events as e
    join links as l on l.link_id = e.link_id
    where e.event_type = 'subscriber.clicked' and e.email_id is not null
    group by e.email_id, l.target, e.subscriber_id
)
select
    email_id, target, min(url) as url, count(subscriber_id) as people, cast(sum(clicks) as bigint) as clicks
from people
group by email_id, target
order by email_id nulls last, people desc nulls last, target nulls last
