-- One row per person: since when (since_ms) they are in their present stage; null where nobody can know. Stages that
-- follow from time, or from what became of the person, are exact, unless nothing could be measured for a while.
-- Whoever rose or fell by score did so between two checkpoints: champions are dated by the first act after the earlier
-- one, the active by the first email they left unread, or else the first act. is_reactivated = 1: back in the last
-- $active_days days after more than $cooling_days days of nothing since the last act, else since they confirmed.
with here as (
    select subscriber_id, stage, last_ms
    from standings
    where step = 0
),
returns as (
    select
        subscriber_id,
        max(case when is_receiving = 1 and was_receiving = 0 then from_ms end) as returned_ms,
        max(case when status = 'unactivated' and to_ms is null then from_ms end) as asked_ms
    from spells
    where was_receiving is not null and from_ms <= $now_ms
    group by subscriber_id
),
-- all that must be over before anybody is anything but new
limits as (
    select subscriber_id, joined_ms + $new_ms as limit_ms
    from subscribers
    union all
    select subscriber_id, confirmed_ms as limit_ms
    from subscribers
    union all
    select subscriber_id, returned_ms as limit_ms
    from returns
    union all
    select subscriber_id, settled_ms as limit_ms
    from settlings
),
ripe as (
    select subscriber_id, max(limit_ms) as ripe_ms
    from limits
    group by subscriber_id
),
beginnings as (
    select
        s.subscriber_id,
        coalesce(s.left_ms, case when s.joined_ms is not null then s.deleted_ms end) as left_ms,
        coalesce(s.confirmed_ms, s.joined_ms) as began_ms,
        f.first_ms,
        coalesce(b.returned_ms, s.confirmed_ms, s.joined_ms) as came_ms,
        coalesce(b.asked_ms, s.joined_ms) as asked_ms,
        r.ripe_ms
    from subscribers as s
    join ripe as r on r.subscriber_id = s.subscriber_id
    left join settlings as f on f.subscriber_id = s.subscriber_id
    left join returns as b on b.subscriber_id = s.subscriber_id
),
acts as (
    select
        subscriber_id,
        occurred_ms,
        lag(occurred_ms) over (
            partition by subscriber_id order by occurred_ms nulls last, event_id nulls last
        ) as before_ms
    from human_acts
    where subscriber_id is not null and occurred_ms <= $now_ms
),
runs as (
    select
        a.subscriber_id,
        max(
            case
                when a.before_ms is null or a.occurred_ms - a.before_ms >= $active_ms + 86400000 then a.occurred_ms
            end
        ) as resumed_ms,
        max(
            case
                when
                    a.occurred_ms > $now_ms - $active_ms
                    and a.occurred_ms - coalesce(a.before_ms, b.began_ms) >= $cooling_ms + 86400000
                    then 1
                else 0
            end
        ) as is_reactivated
    from acts as a
    join beginnings as b on b.subscriber_id = a.subscriber_id
    group by a.subscriber_id
),
other_stages as (
    select s.subscriber_id, min(s.step) as step
    from standings as s
    join here as h on h.subscriber_id = s.subscriber_id
    where s.stage <> h.stage and h.stage in ('active', 'champion')
    group by s.subscriber_id
),
turns as (
    select o.subscriber_id, c.at_ms as after_ms
    from other_stages as o
    join checkpoints as c on c.step = o.step
),
rises as (
    select t.subscriber_id, min(a.occurred_ms) as rose_ms
    from turns as t
    join acts as a on a.subscriber_id = t.subscriber_id
    where a.occurred_ms > t.after_ms
    group by t.subscriber_id
),
falls as (
    select t.subscriber_id, min(s.sent_ms) as fell_ms
    from turns as t
    join sends as s on s.subscriber_id = t.subscriber_id
    where s.sent_ms > t.after_ms and s.known_ms <= $now_ms and s.first_act_ms is null
    group by t.subscriber_id
),
complaints as (
    select subscriber_id, min(occurred_ms) as complained_ms
    from events
    where event_type = 'subscriber.complained' and subscriber_id is not null and occurred_ms <= $now_ms
    group by subscriber_id
),
dated as (
    select
        h.subscriber_id,
        h.stage,
        h.last_ms,
        b.asked_ms,
        b.left_ms,
        b.came_ms,
        b.ripe_ms,
        coalesce(h.last_ms, b.began_ms, b.first_ms) as idle_from_ms,
        c.complained_ms,
        t.after_ms,
        case when r.resumed_ms < b.ripe_ms then b.ripe_ms else r.resumed_ms end as settled_ms,
        coalesce(case when h.stage = 'champion' then i.rose_ms else f.fell_ms end, i.rose_ms) as turned_ms,
        coalesce(r.is_reactivated, 0) as is_reactivated
    from here as h
    join beginnings as b on b.subscriber_id = h.subscriber_id
    left join complaints as c on c.subscriber_id = h.subscriber_id
    left join runs as r on r.subscriber_id = h.subscriber_id
    left join turns as t on t.subscriber_id = h.subscriber_id
    left join rises as i on i.subscriber_id = h.subscriber_id
    left join falls as f on f.subscriber_id = h.subscriber_id
)
select
    subscriber_id,
    case
        when stage = 'complained' then coalesce(complained_ms, left_ms)
        when stage in ('lost', 'undeliverable') then left_ms
        when stage = 'unactivated' then asked_ms
        when stage = 'new' then came_ms
        -- whoever never did anything cools as soon as they are no longer new
        when stage = 'cooling'
            then case
                when last_ms is null then ripe_ms
                when idle_from_ms + $active_ms + 86400000 > ripe_ms then idle_from_ms + $active_ms + 86400000
                else ripe_ms
            end
        when stage = 'dormant'
            then case
                when idle_from_ms + $cooling_ms + 86400000 > ripe_ms then idle_from_ms + $cooling_ms + 86400000
                else ripe_ms
            end
        when stage in ('active', 'champion') then case when settled_ms <= after_ms then turned_ms else settled_ms end
    end as since_ms,
    is_reactivated
from dated
