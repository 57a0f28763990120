-- A row is a person who has the tag $value today.
select distinct subscriber_id
from subscriber_tags
where tag = $value
