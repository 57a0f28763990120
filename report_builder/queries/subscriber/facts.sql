-- A row is one person: the dates and reasons that the list does not show.
select
    subscriber_id, country, referrer_url, utm_source, utm_campaign, left_ms, unsubscription_reason,
    undeliverability_reason, upgraded_ms, churned_ms, deleted_ms
from subscribers
order by subscriber_id nulls last
