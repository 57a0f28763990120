-- A row is one number of stars at one checkpoint: how many people on the list have it, and their mean score. Null:
-- too little could be measured for a score.
select
    s.step, c.at_ms, s.stars, count(*) as people, count(s.score) as scored, cast(sum(s.score) as bigint) as scores
from standings as s
join checkpoints as c on c.step = s.step
where s.stage not in ('lost', 'undeliverable', 'complained', 'unactivated')
group by s.step, c.at_ms, s.stars
order by s.step desc nulls last, s.stars nulls last
