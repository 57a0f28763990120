-- One row per address that somebody has or had.
select a.email, a.from_ms, a.to_ms, s.id, s.uuid, s.created_ms, s.unsubscribed_ms, s.deleted_ms
from subscriber_addresses as a
join subscribers as s on s.id = a.subscriber
