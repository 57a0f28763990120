-- A row is one stretch of $steps checkpoints, by its end: step 0 is the last one. Fans (active readers with four stars
-- or more) at its beginning who were still on the list at its end, and those of them who had gone quiet by then.
select
    cast(n.step as bigint) as step,
    count(*) as fans,
    count(case when n.stage in ('cooling', 'dormant') then 1 end) as quiet
from standings as b
join standings as n on n.subscriber_id = b.subscriber_id and n.step = b.step - $steps
where
    n.step in (0, $steps)
    and b.stage in ('champion', 'active')
    and b.stars >= 4
    and n.stage in ('champion', 'active', 'cooling', 'dormant')
group by n.step
order by n.step nulls last
