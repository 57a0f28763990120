-- A row is one mailbox domain and what became of the emails sent there since $since_ms, by email and person; most
-- recipients first. Null: the address is not known any more. Emails whose deliveries are not known are left out.
with known as (
    select email_id, count(delivered_ms) as deliveries, count(bounced_ms) as bounced
    from receipts
    group by email_id
),
sent as (
    select k.email_id
    from known as k
    join email_results as e on e.email_id = k.email_id
    where
        e.sent_ms >= $since_ms
        and (k.deliveries > 0 or (k.bounced > 0 and coalesce(e.provider_deliveries, 0) = 0))
)
select
    s.domain,
    count(*) as recipients,
    cast(sum(r.is_reached) as bigint) as delivered,
    cast(sum(r.is_hard) as bigint) as hard,
    cast(count(r.bounced_ms) - sum(r.is_hard) as bigint) as soft,
    count(r.complained_ms) as complained,
    count(r.unsubscribed_ms) as unsubscribed
from receipts as r
join sent as e on e.email_id = r.email_id
left join subscribers as s on s.subscriber_id = r.subscriber_id
group by s.domain
order by recipients desc nulls last, s.domain nulls last
