-- One row per moment at which everybody's standing is worked out: now is step 0, and every step before it is four weeks
-- earlier, for a year, as far back as there are events.
with horizon as (
    select min(occurred_ms) as first_ms
    from events
)
select n.n as step, $now_ms - n.n * $step_ms as at_ms
from numbers as n
cross join horizon as h
where n.n = 0 or (n.n <= $steps and $now_ms - n.n * $step_ms >= h.first_ms)
