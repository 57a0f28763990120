-- A row is one site that links clicked between two days lead to: the people who followed any of them, their clicks,
-- to how many links and in how many emails, and beside it every click there was. Null: links that name no site.
-- Links that end the subscription are left out.
with readers as (
    select
        l.host,
        l.target,
        e.subscriber_id,
        e.email_id,
        count(case when j.verdict = 'human' then 1 end) as human_clicks,
        count(*) as raw_clicks
    from events as e
    join links as l on l.link_id = e.link_id
    left join judged as j on j.event_id = e.event_id
    left join endings as n on n.link_id = e.link_id
    where n.link_id is null and e.event_type = 'subscriber.clicked' and e.day between $first_day and $last_day
    group by l.host, l.target, e.subscriber_id, e.email_id
)
select
    host,
    count(distinct case when human_clicks > 0 then subscriber_id end) as people,
    cast(sum(human_clicks) as bigint) as clicks,
    cast(sum(raw_clicks) as bigint) as raw_clicks,
    count(distinct case when human_clicks > 0 then target end) as links,
    count(distinct case when human_clicks > 0 then email_id end) as emails
from readers
group by host
order by people desc nulls last, clicks desc nulls last, raw_clicks desc nulls last, host nulls last
