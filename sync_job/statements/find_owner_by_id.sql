-- The person of the event that has, or had, this id within the second that begins at :second.
select s.id, s.uuid
from events as e
join subscribers as s on s.id = e.subscriber
where e.occurred_ms >= :second and e.occurred_ms < :second + 1000
    and e.id in (
        select :id
        union all
        select a.event_id
        from event_aliases as a
        where a.occurred_ms >= :second and a.occurred_ms < :second + 1000 and a.id = :id
    )
limit 1
