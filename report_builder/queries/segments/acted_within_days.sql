-- A row is a person who opened, clicked or replied since $since_ms.
select distinct subscriber_id
from human_acts
where occurred_ms >= $since_ms and subscriber_id is not null
