-- A row is one hour of the week (weekday 1 is Monday) that lay within the 72 hours after some delivery: to how many
-- deliveries it was open, and how many of these were acted on in it. Deliveries from $since_ms to before $until_ms
-- count where this kind of act could be seen at all; $until_ms is 72 hours ago, so that every delivery had its time.
-- A delivery is exposed to its own hour and the 71 after it. Clock changes within these hours are ignored: an act
-- that such a change moves out of them is left out.
with delivered as (
    select distinct
        r.email_id,
        r.subscriber_id,
        r.delivered_ms,
        (cast(e.weekday as integer) - 1) * 24 + cast(e.hour as integer) as slot
    from receipts as r
    join email_results as m on m.email_id = r.email_id
    join subscribers as s on s.subscriber_id = r.subscriber_id
    join events as e
        on e.email_id = r.email_id and e.subscriber_id = r.subscriber_id and e.occurred_ms = r.delivered_ms
    where
        e.event_type = 'subscriber.delivered'
        and r.delivered_ms >= $since_ms
        and r.delivered_ms < $until_ms
        and not s.is_untracked
        and (
            ($event_type = 'subscriber.clicked' and m.clicks_tracked = 1)
            or ($event_type = 'subscriber.opened' and m.opens_tracked = 1 and r.is_hidden = 0)
        )
),
sent as (
    select slot, count(*) as deliveries
    from delivered
    group by slot
),
exposed as (
    select (s.slot + n.n) % 168 as slot, sum(s.deliveries) as deliveries
    from sent as s
    cross join numbers as n
    where n.n < 72
    group by (s.slot + n.n) % 168
),
acts as (
    select
        email_id,
        subscriber_id,
        occurred_ms,
        (cast(weekday as integer) - 1) * 24 + cast(hour as integer) as slot
    from human_acts
    where event_type = $event_type
),
hourly as (
    select distinct d.email_id, d.subscriber_id, a.slot
    from delivered as d
    join acts as a on a.email_id = d.email_id and a.subscriber_id = d.subscriber_id
    where
        a.occurred_ms >= d.delivered_ms
        and a.occurred_ms < d.delivered_ms + 259200000
        and (a.slot - d.slot + 168) % 168 < 72
),
acted as (
    select slot, count(*) as actions
    from hourly
    group by slot
)
select
    1 + cast(floor(cast(e.slot as double) / 24e0) as bigint) as weekday,
    cast(e.slot % 24 as bigint) as hour,
    cast(e.deliveries as bigint) as exposed,
    coalesce(a.actions, 0) as actions
from exposed as e
left join acted as a on a.slot = e.slot
order by weekday nulls last, hour nulls last
