-- A row is one type of event: how many there are, and when the first and the last happened.
select event_type, count(*) as events, min(occurred_ms) as first_ms, max(occurred_ms) as last_ms
from events
group by event_type
order by events desc nulls last, event_type nulls last
