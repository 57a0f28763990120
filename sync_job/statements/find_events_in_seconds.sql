-- One row per event stored within any of the given seconds (each as its first millisecond), with its natural key.
-- Nameless is whom an export could not name: nobody, somebody known by an id alone, or gone since.
select
    e.occurred_ms, e.id, k.family, k.type, e.subscriber,
    p.email is null or (p.status is not null and p.deleted_ms is not null) as is_nameless,
    e.email, d.properties ->> 'automation_id' as automation, e.link, p.uuid, m.uuid,
    e.agent, e.address, e.detail
from json_each(:seconds) as s
cross join events as e on e.occurred_ms >= s.value and e.occurred_ms < s.value + 1000
join event_kinds as k on k.id = e.kind
left join subscribers as p on p.id = e.subscriber
left join emails as m on m.id = e.email
left join details as d on d.id = e.detail
