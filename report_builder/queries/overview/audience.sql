-- A row is one step of $days days, counted from $first_day, from the step before it (-1: everything earlier) on:
-- how many people came onto the list, for the first time or again, and how many left it. Moves on an unknown day are
-- in neither.
with steps as (
    select
        case
            when day < $first_day then -1
            else cast(floor(cast(date_diff('day', cast($first_day as date), day) as double) / $days) as bigint)
        end as step,
        case when change = 1 then 1 else 0 end as joined,
        case when change = -1 then 1 else 0 end as gone
    from moves
    where day <= $last_day
)
select step, cast(sum(joined) as bigint) as joined, cast(sum(gone) as bigint) as gone
from steps
group by step
order by step nulls last
