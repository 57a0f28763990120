-- A row is an email: when the newest event that belongs to it happened.
select email_id, max(occurred_ms) as newest_ms
from events
where email_id is not null
group by email_id
order by email_id nulls last
