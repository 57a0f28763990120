-- A row is a person in the lifecycle stage $value.
select subscriber_id
from profiles
where stage = $value
