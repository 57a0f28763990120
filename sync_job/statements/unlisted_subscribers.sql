-- One row per person that the completed walk did not meet, though they were there when it began.
select s.id, s.uuid
from subscribers as s
left join walk_subscribers as w on w.subscriber = s.id
where w.subscriber is null and s.status is not null and s.deleted_ms is null
    and coalesce(s.created_ms, 0) <= :started_ms
order by s.id
