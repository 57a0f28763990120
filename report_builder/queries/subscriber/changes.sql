-- A row is one change of one person's status; the latest comes first.
select subscriber_id, occurred_ms, status
from subscriber_transitions
order by subscriber_id nulls last, occurred_ms desc nulls last, status nulls last
