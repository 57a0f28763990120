-- A row is a person whom $value emails or more reached.
select subscriber_id
from receipts
where subscriber_id is not null
group by subscriber_id
having sum(is_reached) >= $value
