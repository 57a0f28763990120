-- One row per address that a person has or had.
select id, uuid, email, deleted_ms, email as known from subscribers where email is not null
union
select s.id, s.uuid, s.email, s.deleted_ms, a.email
from subscriber_addresses as a
join subscribers as s on s.id = a.subscriber
