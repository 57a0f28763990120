-- A row is one group: what became of the emails sent since $since_ms that its people got. Deliveries and clicks are
-- of emails whose clicks were tracked; measurable deliveries and opens of those whose opens were, without readers
-- who are seen through machines only; openers and clickers of those where both were. people_... count every person
-- once, however many of the emails they got. Emails without a single delivery event are left out: who got them is
-- not known.
with told as (
    select email_id
    from receipts
    where delivered_ms is not null
    group by email_id
),
sent as (
    select
        e.email_id,
        case when e.opens_tracked = 1 then 1 else 0 end as opens,
        case when e.clicks_tracked = 1 then 1 else 0 end as clicks
    from email_results as e
    join told as t on t.email_id = e.email_id
    where e.sent_ms between $since_ms and $now_ms
),
per_person as (
    select
        r.subscriber_id,
        count(case when s.clicks = 1 and r.is_reached = 1 then 1 end) as delivered,
        count(case when s.clicks = 1 then r.clicked_ms end) as clicked,
        count(case when s.opens = 1 and r.is_reached = 1 and r.is_hidden = 0 then 1 end) as measurable,
        count(case when s.opens = 1 then r.opened_ms end) as opened,
        count(case when s.opens = 1 and s.clicks = 1 then r.opened_ms end) as openers,
        count(case when s.opens = 1 and s.clicks = 1 then r.clicked_ms end) as clickers
    from receipts as r
    join sent as s on s.email_id = r.email_id
    group by r.subscriber_id
)
select
    m.group_id,
    cast(sum(p.delivered) as bigint) as delivered,
    cast(sum(p.clicked) as bigint) as clicked,
    cast(sum(p.measurable) as bigint) as measurable,
    cast(sum(p.opened) as bigint) as opened,
    cast(sum(p.openers) as bigint) as openers,
    cast(sum(p.clickers) as bigint) as clickers,
    count(case when p.delivered > 0 then 1 end) as people_delivered,
    count(case when p.clicked > 0 then 1 end) as people_clicked,
    count(case when p.measurable > 0 then 1 end) as people_measurable,
    count(case when p.opened > 0 then 1 end) as people_opened
from memberships as m
join per_person as p on p.subscriber_id = m.subscriber_id
group by m.group_id
order by m.group_id nulls last
