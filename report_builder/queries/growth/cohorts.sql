-- A row is the people who came onto the list in one month (numbered year * 12 + month), some months later, for the
-- last 13 months up to $month: how many they are, how many of them can be measured, how many were on the list at the
-- end of that month, and how many of the measured opened, clicked or replied in it. is_measured = 1: in that month an
-- email went out whose opens or clicks could be seen.
with received as (
    select
        r.subscriber_id,
        count(case when e.opens_tracked = 1 and r.is_hidden = 0 then 1 end) + count(r.opened_ms) as readable,
        count(case when e.clicks_tracked = 1 then 1 end) as clickable,
        sum(r.is_hidden) as hidden
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where r.delivered_ms is not null
    group by r.subscriber_id
),
members as (
    select
        m.subscriber_id,
        cast(extract(year from m.day) * 12 + extract(month from m.day) as bigint) as month,
        case
            when s.is_untracked then 0
            when r.readable > 0 or (r.clickable > 0 and r.hidden = 0) then 1
            else 0
        end as is_measured
    from moves as m
    join subscribers as s on s.subscriber_id = m.subscriber_id
    left join received as r on r.subscriber_id = m.subscriber_id
    where
        m.kind = 'joined'
        and cast(extract(year from m.day) * 12 + extract(month from m.day) as bigint) between $month - 12 and $month
),
sizes as (
    select month, count(*) as people, sum(is_measured) as measured
    from members
    group by month
),
cells as (
    select s.month, n.n as months_since, s.people, s.measured
    from sizes as s
    cross join numbers as n
    where n.n <= $month - s.month
),
flows as (
    select
        c.month,
        cast(extract(year from m.day) * 12 + extract(month from m.day) as bigint) as moved_month,
        sum(m.change) as changes
    from moves as m
    join members as c on c.subscriber_id = m.subscriber_id
    where m.day is not null
    group by c.month, cast(extract(year from m.day) * 12 + extract(month from m.day) as bigint)
),
standing as (
    select c.month, c.months_since, sum(f.changes) as subscribed
    from cells as c
    join flows as f on f.month = c.month
    where f.moved_month <= c.month + c.months_since
    group by c.month, c.months_since
),
acts as (
    select distinct
        subscriber_id, cast(extract(year from day) * 12 + extract(month from day) as bigint) as acted_month
    from human_acts
),
engaged as (
    select c.month, a.acted_month, count(*) as engaged
    from acts as a
    join members as c on c.subscriber_id = a.subscriber_id
    where c.is_measured = 1
    group by c.month, a.acted_month
),
tracked as (
    select distinct cast(extract(year from d.day) * 12 + extract(month from d.day) as bigint) as month
    from events as d
    join email_results as e on e.email_id = d.email_id
    where d.event_type = 'subscriber.delivered' and (e.opens_tracked = 1 or e.clicks_tracked = 1)
)
select
    c.month,
    c.months_since,
    c.people,
    cast(c.measured as bigint) as measured,
    cast(coalesce(s.subscribed, 0) as bigint) as subscribed,
    coalesce(a.engaged, 0) as engaged,
    case when t.month is not null then 1 else 0 end as is_measured
from cells as c
left join standing as s on s.month = c.month and s.months_since = c.months_since
left join engaged as a on a.month = c.month and a.acted_month = c.month + c.months_since
left join tracked as t on t.month = c.month + c.months_since
order by c.month nulls last, c.months_since nulls last
