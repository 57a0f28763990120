-- A row is one email that was sent, latest first.
select
    email_id, uuid, subject, status, url, sent_ms, opens_tracked, clicks_tracked, recipients, delivered, opened,
    clicked, replied, bounced, complained, unsubscribed, cast(opens as bigint) as opens,
    cast(clicks as bigint) as clicks, provider_recipients, provider_deliveries, provider_opens, provider_clicks,
    provider_unsubscriptions, provider_bounces, provider_complaints
from email_results
where
    recipients > 0
    or (
        sent_ms <= $now_ms
        and coalesce(status, '') not in ('draft', 'scheduled', 'imported', 'deleted')
    )
order by sent_ms desc nulls last, email_id nulls last
