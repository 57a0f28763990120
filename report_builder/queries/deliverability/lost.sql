-- A row is one person at whose address an email bounced for good, with the last such failure; the latest first.
with ranked as (
    select
        subscriber_id,
        occurred_ms,
        reason,
        row_number() over (
            partition by subscriber_id order by occurred_ms desc nulls last, event_id desc nulls last
        ) as place
    from failures
    where is_permanent = 1 and subscriber_id is not null
)
select s.uuid, s.email, s.name, s.status, s.is_active, r.reason, r.occurred_ms
from ranked as r
join subscribers as s on s.subscriber_id = r.subscriber_id
where r.place = 1
order by r.occurred_ms desc nulls last, s.subscriber_id nulls last
