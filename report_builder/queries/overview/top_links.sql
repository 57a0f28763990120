-- A row is one of the ten links that most people clicked in the period, machines and links that end the
-- subscription left out; spellings of the same target count as one.
with people as (
    select l.target, e.subscriber_id, count(*) as clicks, min(l.url) as url
    from human_acts as e
    join links as l on l.link_id = e.link_id
    left join endings as n on n.link_id = e.link_id
    where n.link_id is null and e.event_type = 'subscriber.clicked' and e.day between $first_day and $last_day
    group by l.target, e.subscriber_id
)
select target, min(url) as url, count(subscriber_id) as people, cast(sum(clicks) as bigint) as clicks
from people
group by target
order by people desc nulls last, target nulls last
limit 10
