-- One row per person and checkpoint since they signed up (or were first heard of, where that day is unknown): the
-- engagement score, the stars and the lifecycle stage as they stood then, by today's verdicts. Score: each email of the
-- $window_days days before that could be measured by then is worth 10 tenths for a reply, 9 for a click, 5 for an open,
-- else 0; its weight halves every $half_life_days days of age (whole days; in millionths, so that sums are exact). A
-- tracked email of which nobody could know counts as the list's mean, and so do $prior_emails more emails of today; the
-- mean is that of all these emails of everybody, in which the unknown ones are worth nothing: whoever hides what they
-- open gains nothing by it. Statuses follow the known changes; whoever left on an unknown day counts as gone at every
-- checkpoint. Days of silence count from the last act, else from confirming, signing up or the first email; who never
-- did anything is cooling, then dormant. last_ms is the last thing the person did, known_emails how many emails the
-- score stands on.
with weighed as (
    select
        c.step,
        s.subscriber_id,
        case when s.known_ms <= c.at_ms then 1e0 else 0e0 end as is_known,
        case when s.known_ms <= c.at_ms or s.is_tracked = 1 then 1e0 else 0e0 end as is_weighed,
        floor(
            1e6 * exp(
                ln(5e-1) * floor(cast(c.at_ms - s.sent_ms as double) / 86400000e0) / cast($half_life_days as double)
            ) + 5e-1
        ) as weight,
        case
            when s.first_act_ms > c.at_ms then 0e0
            when s.replied_ms <= c.at_ms then 10e0
            when s.clicked_ms <= c.at_ms then 9e0
            when s.first_act_ms <= c.at_ms then 5e0
            else 0e0
        end as tenths
    from sends as s
    cross join checkpoints as c
    where s.sent_ms <= c.at_ms and s.sent_ms > c.at_ms - $window_ms
),
earned as (
    select
        step,
        subscriber_id,
        cast(sum(is_known) as bigint) as known_emails,
        sum(weight * is_weighed) as weights,
        sum(weight * (is_weighed - is_known)) as unknown_weights,
        sum(weight * tenths) as tenths
    from weighed
    group by step, subscriber_id
),
means as (
    select step, sum(tenths) / nullif(sum(weights), 0e0) as tenths
    from earned
    group by step
),
-- the last act before a checkpoint is the latest of those that are so many whole steps old or older
steps_of_acts as (
    select
        subscriber_id,
        cast(floor(cast($now_ms - occurred_ms as double) / cast($step_ms as double)) as bigint) as step,
        max(occurred_ms) as last_ms
    from human_acts
    where occurred_ms <= $now_ms and subscriber_id is not null
    group by
        subscriber_id, cast(floor(cast($now_ms - occurred_ms as double) / cast($step_ms as double)) as bigint)
),
last_acts as (
    select
        subscriber_id,
        last_ms,
        step as last_step,
        coalesce(lag(step) over (partition by subscriber_id order by step nulls last), -1) as later_step
    from steps_of_acts
),
complaints as (
    select subscriber_id, min(occurred_ms) as complained_ms
    from events
    where event_type = 'subscriber.complained' and subscriber_id is not null
    group by subscriber_id
),
goings as (
    select subscriber_id, min(from_ms) as gone_ms
    from spells
    where status = 'unsubscribed'
    group by subscriber_id
),
returns as (
    select b.subscriber_id, min(b.from_ms) as returned_ms
    from spells as b
    join goings as g on g.subscriber_id = b.subscriber_id
    where b.is_receiving = 1 and b.from_ms > g.gone_ms
    group by b.subscriber_id
),
past as (
    select c.step, s.subscriber_id, case when s.is_receiving = 1 then 'here' else s.status end as presence
    from spells as s
    cross join checkpoints as c
    where s.from_ms <= c.at_ms and s.to_ms > c.at_ms
),
people as (
    select
        s.subscriber_id,
        s.status,
        s.is_active,
        s.is_untracked,
        s.joined_ms,
        s.confirmed_ms,
        s.left_ms,
        s.deleted_ms,
        f.first_ms,
        f.settled_ms,
        p.complained_ms,
        b.returned_ms
    from subscribers as s
    left join settlings as f on f.subscriber_id = s.subscriber_id
    left join complaints as p on p.subscriber_id = s.subscriber_id
    left join returns as b on b.subscriber_id = s.subscriber_id
),
seen as (
    select
        c.step,
        c.at_ms,
        s.subscriber_id,
        s.joined_ms,
        s.is_untracked,
        case
            when t.presence is not null then t.presence
            when s.status = 'unactivated' then 'unactivated'
            when s.is_active or s.left_ms > c.at_ms
                then case when s.confirmed_ms > c.at_ms then 'unactivated' else 'here' end
            -- deleted without having confirmed; of whom nothing but events is known, nobody knows when they went
            when s.confirmed_ms is null and s.joined_ms is not null and s.deleted_ms > c.at_ms then 'unactivated'
            else s.status
        end as presence,
        case when s.complained_ms <= c.at_ms then 1 else 0 end as is_complainer,
        case when s.returned_ms <= c.at_ms then 1 else 0 end as is_returner,
        case when s.settled_ms <= c.at_ms then 1 else 0 end as is_settled,
        coalesce(e.known_emails, 0) as emails,
        case when e.known_emails = 0 then 1 else 0 end as is_unseen,
        case
            when e.known_emails >= $minimum_emails
                then cast(
                    floor(
                        1e1 * (e.tenths + (e.unknown_weights + $prior_emails * 1e6) * m.tenths)
                        / (e.weights + $prior_emails * 1e6) + 5e-1
                    ) as bigint
                )
        end as score,
        a.last_ms,
        cast(
            floor(
                cast(c.at_ms - coalesce(a.last_ms, s.confirmed_ms, s.joined_ms, s.first_ms) as double) / 86400000e0
            ) as bigint
        ) as idle_days
    from people as s
    cross join checkpoints as c
    left join earned as e on e.subscriber_id = s.subscriber_id and e.step = c.step
    left join means as m on m.step = c.step
    left join past as t on t.subscriber_id = s.subscriber_id and t.step = c.step
    left join last_acts as a
        on a.subscriber_id = s.subscriber_id and a.later_step < c.step and a.last_step >= c.step
    where
        s.joined_ms <= c.at_ms
        or c.step = 0
        or (s.joined_ms is null and (s.first_ms <= c.at_ms or a.last_ms is not null))
)
select
    step,
    subscriber_id,
    case
        when presence in ('undeliverable', 'complained') then presence
        when presence not in ('here', 'unactivated') then 'lost'
        when is_complainer = 1 then 'complained'
        when is_untracked or is_unseen = 1 then 'unmeasurable'
        when presence = 'unactivated' then 'unactivated'
        when at_ms - joined_ms < $new_ms or is_settled = 0 then 'new'
        when last_ms is null or idle_days > $active_days
            then case when idle_days > $cooling_days then 'dormant' else 'cooling' end
        when score >= $champion_score then 'champion'
        else 'active'
    end as stage,
    case
        when is_complainer = 1 or is_returner = 1 or presence in ('undeliverable', 'complained') then 1
        when score < $three_stars then 2
        when score < $four_stars then 3
        when score < $five_stars then 4
        when score is not null then 5
    end as stars,
    score,
    emails as known_emails,
    last_ms
from seen
