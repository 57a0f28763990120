-- One row per address of a person, and one without for who has none: what a tombstone may recognise them by.
select s.id, s.uuid, s.email, coalesce(s.created_ms, 0) as from_ms from subscribers as s
union all
select s.id, s.uuid, a.email, a.from_ms
from subscriber_addresses as a
join subscribers as s on s.id = a.subscriber
