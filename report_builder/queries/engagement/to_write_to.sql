-- A row is one person on the list worth a personal line, and why: `replied` in the last $active_days days, a `new fan`
-- (a champion for less than that), `returning` after a long silence, or a `fading fan` (cooling or dormant, and at the
-- checkpoint $step a champion, or active or new with four stars and more). Who fits several is in each. at_ms is when
-- they replied last, became a champion, or last did anything.
with repliers as (
    select subscriber_id, max(occurred_ms) as occurred_ms
    from human_acts
    where
        event_type = 'subscriber.replied' and occurred_ms > $now_ms - $active_ms
        and occurred_ms <= $now_ms and subscriber_id is not null
    group by subscriber_id
),
reasons as (
    select subscriber_id, 'replied' as reason, occurred_ms as at_ms
    from repliers
    union all
    select subscriber_id, 'new fan' as reason, since_ms as at_ms
    from profiles
    where stage = 'champion' and since_ms > $now_ms - $active_ms
    union all
    select subscriber_id, 'returning' as reason, last_ms as at_ms
    from profiles
    where is_reactivated = 1
    union all
    select p.subscriber_id, 'fading fan' as reason, p.last_ms as at_ms
    from profiles as p
    join standings as b on b.subscriber_id = p.subscriber_id and b.step = $step
    where
        p.stage in ('cooling', 'dormant')
        and (b.stage = 'champion' or (b.stage in ('active', 'new') and b.stars >= 4))
)
select r.reason, s.uuid, s.email, s.name, p.score, p.stars, p.stage, r.at_ms, p.last_ms
from reasons as r
join profiles as p on p.subscriber_id = r.subscriber_id
join subscribers as s on s.subscriber_id = r.subscriber_id
where p.stage in ('champion', 'active', 'cooling', 'dormant', 'new', 'unmeasurable')
order by r.reason nulls last, p.score desc nulls last, r.at_ms desc nulls last, s.subscriber_id nulls last
