-- A row is one event of one person since $since_ms; the events of a person follow each other, latest first.
select subscriber_id, occurred_ms, event_type, email_id, link_id
from events
where occurred_ms >= $since_ms and subscriber_id is not null
order by subscriber_id nulls last, occurred_ms desc nulls last, event_id desc nulls last
