-- One row per person and checkpoint since they signed up: the engagement score, the stars and the lifecycle stage as
-- they stood then, by today's verdicts. Score: each email of the $window_days days before that could be measured is
-- worth 10 tenths for a reply, 9 for a click, 5 for an open, else 0; its weight halves every $half_life_days days
-- (counted in millionths, so that sums are exact); the mean is pulled towards the list's as if by $prior_emails more
-- emails of today. last_ms is the last thing the person did, known_emails how many emails the score stands on.
with weighed as (
    select
        c.step,
        s.subscriber_id,
        case
            when s.known_ms <= c.at_ms
                then floor(
                    1e6 * exp(
                        ln(5e-1) * floor(cast(c.at_ms - s.sent_ms as double) / 86400000e0)
                        / cast($half_life_days as double)
                    ) + 5e-1
                )
        end as weight,
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
        count(weight) as known_emails,
        sum(weight) as weights,
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
settled as (
    select subscriber_id, sent_ms as settled_ms
    from sends
    where place = $minimum_emails
),
complaints as (
    select subscriber_id, min(complained_ms) as complained_ms
    from receipts
    where complained_ms is not null
    group by subscriber_id
),
returns as (
    select back.subscriber_id, min(back.occurred_ms) as returned_ms
    from subscriber_transitions as gone
    join subscriber_transitions as back
        on back.subscriber_id = gone.subscriber_id and back.occurred_ms > gone.occurred_ms
    where
        gone.status = 'unsubscribed'
        and back.status not in ('unsubscribed', 'unactivated', 'undeliverable', 'complained', 'removed', 'blocked')
    group by back.subscriber_id
),
seen as (
    select
        c.step,
        c.at_ms,
        s.subscriber_id,
        s.joined_ms,
        s.is_untracked,
        case when s.confirmed_ms <= c.at_ms then 1 else 0 end as is_confirmed,
        case
            when s.is_active or s.status = 'unactivated' or s.left_ms > c.at_ms then 'here'
            else s.status
        end as presence,
        case when p.complained_ms <= c.at_ms then 1 else 0 end as is_complainer,
        case when b.returned_ms <= c.at_ms then 1 else 0 end as is_returner,
        case when n.settled_ms <= c.at_ms then 1 else 0 end as is_settled,
        coalesce(e.known_emails, 0) as emails,
        case when e.known_emails = 0 then 1 else 0 end as is_unseen,
        case
            when e.known_emails >= $minimum_emails
                then cast(
                    floor(
                        1e1 * (e.tenths + $prior_emails * 1e6 * m.tenths) / (e.weights + $prior_emails * 1e6) + 5e-1
                    ) as bigint
                )
        end as score,
        a.last_ms,
        cast(
            floor(
                cast(c.at_ms - coalesce(a.last_ms, s.confirmed_ms, s.joined_ms, 0) as double) / 86400000e0
            ) as bigint
        ) as idle_days
    from subscribers as s
    cross join checkpoints as c
    left join earned as e on e.subscriber_id = s.subscriber_id and e.step = c.step
    left join means as m on m.step = c.step
    left join settled as n on n.subscriber_id = s.subscriber_id
    left join last_acts as a
        on a.subscriber_id = s.subscriber_id and a.later_step < c.step and a.last_step >= c.step
    left join complaints as p on p.subscriber_id = s.subscriber_id
    left join returns as b on b.subscriber_id = s.subscriber_id
    where
        s.joined_ms <= c.at_ms
        or c.step = 0
        or (s.joined_ms is null and (e.step is not null or a.last_ms is not null))
)
select
    step,
    subscriber_id,
    case
        when presence in ('undeliverable', 'complained') then presence
        when presence <> 'here' then 'lost'
        when is_complainer = 1 then 'complained'
        when is_untracked or is_unseen = 1 then 'unmeasurable'
        when is_confirmed = 0 then 'unactivated'
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
