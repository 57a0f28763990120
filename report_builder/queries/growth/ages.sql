-- A row is one span of days between coming onto the list and leaving it again since $first_day, shortest first (1: up
-- to 30 days, 2: up to 90, 3: up to 365, 4: more): how many unsubscribed, and how many left in any way.
with stays as (
    select
        kind,
        change,
        day,
        lag(day) over (
            partition by subscriber_id
            order by occurred_ms nulls last, change nulls last
        ) as came_day
    from moves
    where day is not null
),
aged as (
    select
        kind,
        case
            when date_diff('day', came_day, day) <= 30 then 1
            when date_diff('day', came_day, day) <= 90 then 2
            when date_diff('day', came_day, day) <= 365 then 3
            else 4
        end as span
    from stays
    where change = -1 and came_day is not null and day >= $first_day
)
select span, count(case when kind = 'unsubscribed' then 1 end) as unsubscribed, count(*) as went
from aged
group by span
order by span nulls last
