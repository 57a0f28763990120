-- A row is a person whose status is $value, in the provider's word.
select subscriber_id
from subscribers
where status = $value
