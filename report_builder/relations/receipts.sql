-- One row per email and person: what this person did with this email.
select
    email_id,
    subscriber_id,
    min(case when event_type = 'subscriber.delivered' then occurred_ms end) as delivered_ms,
    min(case when event_type = 'subscriber.opened' then occurred_ms end) as opened_ms,
    min(case when event_type = 'subscriber.clicked' then occurred_ms end) as clicked_ms,
    min(case when event_type = 'subscriber.replied' then occurred_ms end) as replied_ms,
    min(case when event_type in ('subscriber.bounced', 'subscriber.rejected') then occurred_ms end) as bounced_ms,
    min(case when event_type = 'subscriber.complained' then occurred_ms end) as complained_ms,
    min(case when event_type = 'subscriber.unsubscribed' then occurred_ms end) as unsubscribed_ms,
    max(
        case
            when event_type in ('subscriber.opened', 'subscriber.clicked', 'subscriber.replied') then occurred_ms
        end
    ) as acted_ms,
    max(
        case
            when event_type in ('subscriber.opened', 'subscriber.clicked', 'subscriber.replied') then day
        end
    ) as acted_day,
    count(*) filter (where event_type = 'subscriber.opened') as opens,
    count(*) filter (where event_type = 'subscriber.clicked') as clicks
from events
where email_id is not null and subscriber_id is not null
group by email_id, subscriber_id
