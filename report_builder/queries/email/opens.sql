-- A row is one email with any open: all of them, those by security filters, and the readers who opened it through a
-- mail provider's proxy while nothing they did was seen to be a person's.
with opens as (
    select
        e.email_id,
        count(*) as raw_opens,
        count(case when j.verdict = 'scanner' then 1 end) as scanner_opens
    from events as e
    left join judged as j on j.event_id = e.event_id
    where e.event_type = 'subscriber.opened' and e.email_id is not null
    group by e.email_id
),
proxied as (
    select email_id, count(case when is_hidden = 1 and proxy_opens > 0 then 1 end) as proxy_readers
    from readings
    group by email_id
)
select o.email_id, o.raw_opens, o.scanner_opens, coalesce(p.proxy_readers, 0) as proxy_readers
from opens as o
left join proxied as p on p.email_id = o.email_id
order by o.email_id nulls last
