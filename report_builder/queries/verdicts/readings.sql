-- A row is one email and one reader who did anything with it, by verdict. opened_ms is the first open by a person;
-- with $implied = 1 an earlier click or reply stands in, since nobody clicks in an email without opening it, and
-- is_implied = 1 where no open by a person was seen at all. is_hidden = 1: proxies, filters or unknown events only
-- and nothing by a person, so it cannot be said whether this reader read it.
with acted as (
    select
        e.email_id, e.subscriber_id, e.occurred_ms, j.verdict,
        case
            when e.event_type = 'subscriber.opened' then 'open'
            when e.event_type = 'subscriber.clicked' then 'click'
            else 'reply'
        end as act
    from events as e
    left join judged as j on j.event_id = e.event_id
    where
        e.event_type in ('subscriber.opened', 'subscriber.clicked', 'subscriber.replied')
        and e.email_id is not null and e.subscriber_id is not null
),
counted as (
    select
        email_id,
        subscriber_id,
        min(case when act = 'open' and verdict = 'human' then occurred_ms end) as seen_ms,
        min(case when act = 'click' and verdict = 'human' then occurred_ms end) as clicked_ms,
        min(case when act = 'reply' then occurred_ms end) as replied_ms,
        min(case when act = 'reply' or (act = 'click' and verdict = 'human') then occurred_ms end) as deed_ms,
        count(*) filter (where act = 'open') as raw_opens,
        count(*) filter (where act = 'open' and verdict = 'human') as human_opens,
        count(*) filter (where act = 'open' and verdict = 'proxy') as proxy_opens,
        count(*) filter (where act = 'open' and verdict = 'scanner') as scanner_opens,
        count(*) filter (where act = 'open' and verdict = 'unknown') as unknown_opens,
        count(*) filter (where act = 'click') as raw_clicks,
        count(*) filter (where act = 'click' and verdict = 'human') as human_clicks,
        count(*) filter (where act = 'click' and verdict = 'scanner') as scanner_clicks,
        count(*) filter (where act = 'click' and verdict = 'unknown') as unknown_clicks
    from acted
    group by email_id, subscriber_id
)
select
    email_id,
    subscriber_id,
    case when $implied = 1 and (seen_ms is null or deed_ms < seen_ms) then deed_ms else seen_ms end as opened_ms,
    case when $implied = 1 and seen_ms is null and deed_ms is not null then 1 else 0 end as is_implied,
    case when seen_ms is null or deed_ms < seen_ms then deed_ms else seen_ms end as first_act_ms,
    clicked_ms,
    replied_ms,
    raw_opens,
    human_opens,
    proxy_opens,
    scanner_opens,
    unknown_opens,
    raw_clicks,
    human_clicks,
    scanner_clicks,
    unknown_clicks,
    case when seen_ms is null and deed_ms is null then 1 else 0 end as is_hidden
from counted
