-- A row is one group: how many emails sent since $since_ms reached its people, and how many made them leave. Emails
-- without a single delivery event are left out: who got them is not known.
with told as (
    select email_id
    from receipts
    where delivered_ms is not null
    group by email_id
),
per_person as (
    select r.subscriber_id, sum(r.is_reached) as delivered, count(r.unsubscribed_ms) as unsubscribed
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    join told as t on t.email_id = r.email_id
    where e.sent_ms between $since_ms and $now_ms
    group by r.subscriber_id
)
select
    m.group_id,
    cast(sum(p.delivered) as bigint) as delivered,
    cast(sum(p.unsubscribed) as bigint) as unsubscribed
from memberships as m
join per_person as p on p.subscriber_id = m.subscriber_id
group by m.group_id
order by m.group_id nulls last
