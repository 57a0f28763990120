-- A row is one email that was sent, latest first.
select
    email_id, uuid, subject, status, url, sent_ms, opens_tracked, clicks_tracked, recipients, delivered,
    cast(measurable as bigint) as measurable, opened, cast(implied as bigint) as implied,
    cast(hidden as bigint) as hidden, clicked, replied, bounced,
    cast(hard_bounced as bigint) as hard_bounced, complained, unsubscribed, raw_opened, raw_clicked,
    provider_recipients, provider_deliveries, provider_opens, provider_clicks, provider_unsubscriptions,
    provider_bounces, provider_hard_bounces, provider_complaints
from email_results
where
    recipients > 0
    or (
        sent_ms <= $now_ms
        and coalesce(status, '') not in ('draft', 'scheduled', 'imported', 'deleted')
    )
order by sent_ms desc nulls last, email_id nulls last
