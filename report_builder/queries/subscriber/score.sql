-- A row is one email in one person's engagement score, latest first: what it is worth in tenths (10 reply, 9 click,
-- 5 open; null where nobody can know) and its weight today in millionths; of people whose score is at least
-- $least_score.
select
    s.subscriber_id,
    s.email_id,
    s.sent_ms,
    case
        when s.known_ms is null or s.known_ms > $now_ms then null
        when s.replied_ms is not null then 10
        when s.clicked_ms is not null then 9
        when s.first_act_ms is not null then 5
        else 0
    end as tenths,
    cast(
        floor(
            1e6 * exp(
                ln(5e-1) * floor(cast($now_ms - s.sent_ms as double) / 86400000e0) / cast($half_life_days as double)
            ) + 5e-1
        ) as bigint
    ) as weight
from sends as s
join profiles as p on p.subscriber_id = s.subscriber_id
where
    p.score >= $least_score
    and s.sent_ms > $now_ms - $window_ms
    and (s.known_ms <= $now_ms or s.is_tracked = 1)
order by s.subscriber_id nulls last, s.sent_ms desc nulls last, s.email_id nulls last
