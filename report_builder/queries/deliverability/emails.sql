-- A row is one email whose deliveries are known: how many people it was sent to, how many it reached, whom it did not
-- reach for good (hard) or for now (soft), and who complained or left because of it. An email of which neither a
-- delivery nor a failure was ever seen is not here, because its failures are not known either.
with counted as (
    select
        email_id,
        count(*) as recipients,
        sum(is_reached) as delivered,
        count(delivered_ms) as deliveries,
        count(bounced_ms) as bounced,
        sum(is_hard) as hard,
        count(complained_ms) as complained,
        count(unsubscribed_ms) as unsubscribed
    from receipts
    group by email_id
)
select
    c.email_id,
    c.recipients,
    cast(c.delivered as bigint) as delivered,
    cast(c.hard as bigint) as hard,
    cast(c.bounced - c.hard as bigint) as soft,
    c.complained,
    c.unsubscribed
from counted as c
join emails as e on e.email_id = c.email_id
-- failures alone say that nothing arrived, unless the provider knows of deliveries from before our history
where c.deliveries > 0 or (c.bounced > 0 and coalesce(e.provider_deliveries, 0) = 0)
order by c.email_id nulls last
