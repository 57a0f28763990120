-- A row is a person who left the list before $day.
select subscriber_id
from subscribers
where left_day < $day
