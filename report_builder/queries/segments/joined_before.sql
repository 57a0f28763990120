-- A row is a person who signed up before $day.
select subscriber_id
from subscribers
where joined_day < $day
