-- A row is everybody who signed up the same way: source, campaign and referring page are the same; null where the
-- provider does not say. Blocked sign-ups are left out, and people of whom nothing but their events is known.
-- `measured` are those whose first 30 days can be judged fairly: they are over, did not begin before the first
-- delivery of the history (else only the end of them was recorded), and brought at least two emails that could be
-- measured (one email gives no chance to somebody who reads most of them). `engaged` of them opened, clicked or
-- replied in those days. `old` joined more than 90 days ago, `here` of them were on the list when the 90 days were
-- over. `came` and `went` count moves on known days, `came_lately` and `went_lately` those since $first_day.
with people as (
    select
        subscriber_id,
        nullif(source, '') as source,
        nullif(utm_source, '') as utm_source,
        nullif(utm_campaign, '') as utm_campaign,
        nullif(referrer_url, '') as referrer_url,
        confirmed_ms,
        is_untracked
    from subscribers
    where status <> 'blocked' and (joined_ms is not null or confirmed_ms is not null or is_active)
),
flows as (
    select
        subscriber_id,
        count(case when change = 1 then 1 end) as came,
        count(case when change = -1 then 1 end) as went,
        count(case when change = 1 and day >= $first_day then 1 end) as came_lately,
        count(case when change = -1 and day >= $first_day then 1 end) as went_lately,
        count(case when kind = 'complained' then 1 end) as complained
    from moves
    where day is not null
    group by subscriber_id
),
doubtful as (
    select distinct subscriber_id
    from moves
    where day is null
),
standing as (
    select p.subscriber_id, sum(m.change) as is_here
    from people as p
    join moves as m on m.subscriber_id = p.subscriber_id
    left join doubtful as d on d.subscriber_id = p.subscriber_id
    where
        d.subscriber_id is null
        and p.confirmed_ms + 90 * cast(86400000 as bigint) <= $now_ms
        and m.occurred_ms < p.confirmed_ms + 90 * cast(86400000 as bigint)
    group by p.subscriber_id
),
received as (
    select
        r.subscriber_id,
        count(case when r.opened_ms is not null or (e.opens_tracked = 1 and r.is_hidden = 0) then 1 end) as readable,
        count(case when r.opened_ms is not null or e.opens_tracked = 1 or e.clicks_tracked = 1 then 1 end) as trackable,
        sum(r.is_hidden) as hidden
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    join people as p on p.subscriber_id = r.subscriber_id
    where
        p.confirmed_ms >= (select min(occurred_ms) from events where event_type = 'subscriber.delivered')
        and r.delivered_ms >= p.confirmed_ms
        and r.delivered_ms < p.confirmed_ms + 30 * cast(86400000 as bigint)
        and p.confirmed_ms + 30 * cast(86400000 as bigint) <= $now_ms
        and not p.is_untracked
    group by r.subscriber_id
),
measured as (
    select subscriber_id
    from received
    where readable >= 2 or (trackable >= 2 and hidden = 0)
),
engaged as (
    select distinct a.subscriber_id
    from human_acts as a
    join people as p on p.subscriber_id = a.subscriber_id
    where
        a.occurred_ms >= p.confirmed_ms
        and a.occurred_ms < p.confirmed_ms + 30 * cast(86400000 as bigint)
),
complaints as (
    select distinct subscriber_id
    from events
    where event_type = 'subscriber.complained'
)
select
    p.source,
    p.utm_source,
    p.utm_campaign,
    p.referrer_url,
    count(*) as sign_ups,
    count(p.confirmed_ms) as confirmed,
    count(m.subscriber_id) as measured,
    count(case when m.subscriber_id is not null then e.subscriber_id end) as engaged,
    count(s.subscriber_id) as old,
    count(case when s.is_here > 0 then 1 end) as here,
    count(
        case when p.confirmed_ms is not null and (f.complained > 0 or c.subscriber_id is not null) then 1 end
    ) as complained,
    cast(coalesce(sum(f.came), 0) as bigint) as came,
    cast(coalesce(sum(f.went), 0) as bigint) as went,
    cast(coalesce(sum(f.came_lately), 0) as bigint) as came_lately,
    cast(coalesce(sum(f.went_lately), 0) as bigint) as went_lately
from people as p
left join flows as f on f.subscriber_id = p.subscriber_id
left join measured as m on m.subscriber_id = p.subscriber_id
left join engaged as e on e.subscriber_id = p.subscriber_id
left join standing as s on s.subscriber_id = p.subscriber_id
left join complaints as c on c.subscriber_id = p.subscriber_id
group by p.source, p.utm_source, p.utm_campaign, p.referrer_url
order by
    sign_ups desc nulls last, p.source nulls last, p.utm_source nulls last, p.utm_campaign nulls last,
    p.referrer_url nulls last
