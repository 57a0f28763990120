-- A row is one cell of the grid of recency and frequency, in five steps each (5 is best): people on the list in it, as
-- far as they can be measured now.
select recency_step, frequency_step, count(*) as people, count(score) as scored, cast(sum(score) as bigint) as scores
from profiles
where
    recency_step is not null
    and stage not in ('lost', 'undeliverable', 'complained', 'unactivated', 'unmeasurable')
group by recency_step, frequency_step
order by recency_step nulls last, frequency_step nulls last
