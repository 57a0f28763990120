-- A row is one person whom one email did not reach, or who left or complained because of it.
select
    r.email_id, s.uuid, s.email, s.name, r.bounced_ms, r.unsubscribed_ms, r.complained_ms,
    s.undeliverability_reason, s.unsubscription_reason
from receipts as r
join subscribers as s on s.subscriber_id = r.subscriber_id
where coalesce(r.bounced_ms, r.unsubscribed_ms, r.complained_ms) is not null
order by
    r.email_id nulls last,
    coalesce(r.complained_ms, r.unsubscribed_ms, r.bounced_ms) nulls last,
    s.subscriber_id nulls last
