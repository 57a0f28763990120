-- A row is one way from a stage at checkpoint $step to a stage now, and how many people went it; those who joined
-- since come from 'joined', and so does everybody where there is no such checkpoint.
select coalesce(b.stage, 'joined') as from_stage, n.stage as to_stage, count(*) as people
from standings as n
left join standings as b on b.subscriber_id = n.subscriber_id and b.step = $step
where n.step = 0
group by coalesce(b.stage, 'joined'), n.stage
order by from_stage nulls last, to_stage nulls last
