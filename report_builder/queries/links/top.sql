-- A row is one link clicked between two days, both included, in all its spellings: the people who followed it, their
-- clicks and when, in how many emails, and beside it every click there was, those of machines included.
-- is_ending = 1: it ends the subscription or leads to its settings, in one spelling at least.
with readers as (
    select
        l.target,
        l.host,
        e.subscriber_id,
        e.email_id,
        min(l.url) as url,
        max(case when n.link_id is not null then 1 else 0 end) as is_ending,
        count(case when j.verdict = 'human' then 1 end) as human_clicks,
        count(*) as raw_clicks,
        min(case when j.verdict = 'human' then e.occurred_ms end) as first_ms,
        max(case when j.verdict = 'human' then e.occurred_ms end) as last_ms
    from events as e
    join links as l on l.link_id = e.link_id
    left join judged as j on j.event_id = e.event_id
    left join endings as n on n.link_id = e.link_id
    where e.event_type = 'subscriber.clicked' and e.day between $first_day and $last_day
    group by l.target, l.host, e.subscriber_id, e.email_id
)
select
    target,
    host,
    min(url) as url,
    count(distinct case when human_clicks > 0 then subscriber_id end) as people,
    cast(sum(human_clicks) as bigint) as clicks,
    cast(sum(raw_clicks) as bigint) as raw_clicks,
    count(distinct case when human_clicks > 0 then email_id end) as emails,
    count(distinct email_id) as raw_emails,
    min(first_ms) as first_ms,
    max(last_ms) as last_ms,
    max(is_ending) as is_ending
from readers
group by target, host
order by people desc nulls last, clicks desc nulls last, raw_clicks desc nulls last, target nulls last
