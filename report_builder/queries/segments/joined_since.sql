-- A row is a person who signed up on $day or later.
select subscriber_id
from subscribers
where joined_day >= $day
