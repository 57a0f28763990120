-- A row is one person whose stage changed since checkpoint $step; the names behind the numbers of the migration,
-- those who joined since included.
select
    s.uuid, s.email, s.name, coalesce(b.stage, 'joined') as from_stage, b.score as score_before, n.stage as to_stage,
    n.score, n.last_ms
from standings as n
join subscribers as s on s.subscriber_id = n.subscriber_id
left join standings as b on b.subscriber_id = n.subscriber_id and b.step = $step
where n.step = 0 and coalesce(b.stage, 'joined') <> n.stage
order by from_stage nulls last, to_stage nulls last, n.score desc nulls last, s.subscriber_id nulls last
