-- One row per email and person: what became of the email, and what this person did with it. Opens, clicks and what
-- follows from them are a person's (opened_ms may be implied by a click or reply); raw_opens and raw_clicks count
-- every event. is_hard = 1: it bounced for good. is_hidden = 1: nothing but machines or unknown events, so nobody can
-- say whether it was read.
with arrived as (
    select
        email_id,
        subscriber_id,
        min(case when event_type = 'subscriber.delivered' then occurred_ms end) as delivered_ms,
        min(case when event_type = 'subscriber.complained' then occurred_ms end) as complained_ms,
        min(case when event_type = 'subscriber.unsubscribed' then occurred_ms end) as unsubscribed_ms
    from events
    where email_id is not null and subscriber_id is not null
    group by email_id, subscriber_id
),
failed as (
    select
        email_id,
        subscriber_id,
        min(occurred_ms) as bounced_ms,
        max(is_permanent) as is_hard
    from failures
    where email_id is not null and subscriber_id is not null
    group by email_id, subscriber_id
)
select
    a.email_id,
    a.subscriber_id,
    a.delivered_ms,
    -- whoever did anything with it, machines in front of a mailbox included, got it
    case when a.delivered_ms is not null or r.email_id is not null then 1 else 0 end as is_reached,
    r.opened_ms,
    coalesce(r.is_implied, 0) as is_implied,
    r.clicked_ms,
    r.replied_ms,
    f.bounced_ms,
    coalesce(f.is_hard, 0) as is_hard,
    a.complained_ms,
    a.unsubscribed_ms,
    r.first_act_ms,
    coalesce(r.human_clicks, 0) as human_clicks,
    coalesce(r.raw_opens, 0) as raw_opens,
    coalesce(r.raw_clicks, 0) as raw_clicks,
    -- opens and clicks that are no person's, or not surely
    coalesce(r.raw_opens - r.human_opens + r.raw_clicks - r.human_clicks, 0) as machine_acts,
    coalesce(r.is_hidden, 0) as is_hidden
from arrived as a
left join failed as f on f.email_id = a.email_id and f.subscriber_id = a.subscriber_id
left join readings as r on r.email_id = a.email_id and r.subscriber_id = a.subscriber_id
