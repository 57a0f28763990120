-- A row is a person with $value stars.
select subscriber_id
from profiles
where stars = $value
