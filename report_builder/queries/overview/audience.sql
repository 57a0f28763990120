-- A row is one step of $days days, counted from $first_day, from the step before it (-1: everything earlier) on:
-- how many people joined and how many left. People who left on an unknown day are in neither.
with moves as (
    select confirmed_day as day, 1 as joined, 0 as gone
    from subscribers
    where confirmed_day <= $last_day and (is_active or left_day is not null)
    union all
    select left_day as day, 0 as joined, 1 as gone
    from subscribers
    where left_day <= $last_day and confirmed_day is not null
),
steps as (
    select
        case
            when day < $first_day then -1
            else cast(floor(cast(date_diff('day', cast($first_day as date), day) as double) / $days) as bigint)
        end as step,
        joined,
        gone
    from moves
)
select step, cast(sum(joined) as bigint) as joined, cast(sum(gone) as bigint) as gone
from steps
group by step
order by step nulls last
