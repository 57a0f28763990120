-- One row per email: how many people it reached and what they did, and whether that could be measured. opened and
-- clicked are people; raw_opened and raw_clicked are readers with any such event, which is what providers count.
-- Tracking is inferred: opens or clicks that were seen say yes; the newsletter's switch at the time of sending
-- says no; so does silence after enough deliveries (20 for opens, 300 for clicks) and two days. Else: null.
with counted as (
    select
        email_id,
        count(*) as recipients,
        count(delivered_ms) as deliveries,
        sum(is_reached) as reached,
        count(opened_ms) as opened,
        sum(is_implied) as implied,
        sum(is_hidden) as hidden,
        count(clicked_ms) as clicked,
        count(replied_ms) as replied,
        count(bounced_ms) as bounced,
        sum(is_hard) as hard_bounced,
        count(complained_ms) as complained,
        count(unsubscribed_ms) as unsubscribed,
        count(case when raw_opens > 0 then 1 end) as raw_opened,
        count(case when raw_clicks > 0 then 1 end) as raw_clicked
    from receipts
    group by email_id
),
seen as (
    select
        email_id,
        min(occurred_ms) as first_ms,
        count(*) filter (where event_type = 'subscriber.opened') as opens,
        count(*) filter (where event_type = 'subscriber.clicked') as clicks
    from events
    where email_id is not null
    group by email_id
),
horizon as (
    select max(occurred_ms) - 2 * 86400000 as settled_ms
    from events
),
facts as (
    select
        e.email_id,
        e.tracking_at_send,
        coalesce(s.opens, 0) + coalesce(e.provider_opens, 0) > 0 as saw_opens,
        coalesce(s.clicks, 0) + coalesce(e.provider_clicks, 0) > 0 as saw_clicks,
        case when e.published_ms < h.settled_ms then coalesce(e.provider_deliveries, 0) else 0 end as settled,
        s.first_ms
    from emails as e
    cross join horizon as h
    left join seen as s on s.email_id = e.email_id
),
reached as (
    select
        e.email_id,
        -- without a single delivery event the provider's own count is the best there is; null: nobody knows
        case when c.deliveries > 0 then c.reached else nullif(e.provider_deliveries, 0) end as delivered,
        case
            when f.saw_opens then 1
            when f.tracking_at_send = 0 or f.settled >= 20 then 0
            else f.tracking_at_send
        end as opens_tracked,
        case
            when f.saw_clicks then 1
            when f.tracking_at_send = 0 or f.settled >= 300 then 0
            else f.tracking_at_send
        end as clicks_tracked,
        f.first_ms
    from emails as e
    join facts as f on f.email_id = e.email_id
    left join counted as c on c.email_id = e.email_id
)
select
    e.email_id,
    e.uuid,
    e.subject,
    e.status,
    e.url,
    coalesce(e.published_ms, r.first_ms) as sent_ms,
    r.opens_tracked,
    r.clicks_tracked,
    coalesce(c.recipients, 0) as recipients,
    r.delivered,
    -- deliveries for which it can be known whether they were opened; null: nothing of the sort can be said
    case
        when r.opens_tracked = 1 and r.delivered >= coalesce(c.hidden, 0) then r.delivered - coalesce(c.hidden, 0)
    end as measurable,
    coalesce(c.opened, 0) as opened,
    coalesce(c.implied, 0) as implied,
    coalesce(c.hidden, 0) as hidden,
    coalesce(c.clicked, 0) as clicked,
    coalesce(c.replied, 0) as replied,
    coalesce(c.bounced, 0) as bounced,
    coalesce(c.hard_bounced, 0) as hard_bounced,
    coalesce(c.complained, 0) as complained,
    coalesce(c.unsubscribed, 0) as unsubscribed,
    coalesce(c.raw_opened, 0) as raw_opened,
    coalesce(c.raw_clicked, 0) as raw_clicked,
    e.provider_recipients,
    e.provider_deliveries,
    e.provider_opens,
    e.provider_clicks,
    e.provider_unsubscriptions,
    e.provider_bounces,
    e.provider_hard_bounces,
    e.provider_complaints
from emails as e
join reached as r on r.email_id = e.email_id
left join counted as c on c.email_id = e.email_id
