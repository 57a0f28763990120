-- A row is a person who left the list on $day or later.
select subscriber_id
from subscribers
where left_day >= $day
