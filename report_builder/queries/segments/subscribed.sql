-- A row is a person who gets the newsletter today.
select subscriber_id
from subscribers
where is_active
