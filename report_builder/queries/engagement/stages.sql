-- A row is one lifecycle stage at one checkpoint (step 0 is now, each later one four weeks earlier): how many people.
select s.step, c.at_ms, s.stage, count(*) as people
from standings as s
join checkpoints as c on c.step = s.step
group by s.step, c.at_ms, s.stage
order by s.step desc nulls last, s.stage nulls last
