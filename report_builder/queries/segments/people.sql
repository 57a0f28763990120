-- A row is one group: how many people are in it and on the list today; of these, how many could be seen reading
-- since $first_day and how many did; and the engagement scores of those who have one. Who could be seen: anybody who
-- did something, or got an email since $since_ms of which it can be known whether it was opened.
with acted as (
    select distinct subscriber_id
    from human_acts
    where day >= $first_day and occurred_ms <= $now_ms and subscriber_id is not null
),
reached as (
    select distinct r.subscriber_id
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where
        r.is_reached = 1 and r.is_hidden = 0
        and e.opens_tracked = 1 and e.sent_ms between $since_ms and $now_ms
),
people as (
    select
        s.subscriber_id,
        case when s.is_active then 1 else 0 end as active,
        case
            when s.is_active and (a.subscriber_id is not null or (r.subscriber_id is not null and not s.is_untracked))
                then 1
            else 0
        end as measurable,
        case when s.is_active and a.subscriber_id is not null then 1 else 0 end as engaged,
        case when s.is_active then p.score end as score
    from subscribers as s
    left join acted as a on a.subscriber_id = s.subscriber_id
    left join reached as r on r.subscriber_id = s.subscriber_id
    left join profiles as p on p.subscriber_id = s.subscriber_id
)
select
    m.group_id,
    count(*) as people,
    cast(sum(p.active) as bigint) as active,
    cast(sum(p.measurable) as bigint) as measurable,
    cast(sum(p.engaged) as bigint) as engaged,
    count(p.score) as scored,
    cast(coalesce(sum(p.score), 0) as bigint) as score_sum
from memberships as m
join people as p on p.subscriber_id = m.subscriber_id
group by m.group_id
order by m.group_id nulls last
