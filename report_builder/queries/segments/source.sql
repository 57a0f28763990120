-- A row is a person who came by the source $value.
select subscriber_id
from subscribers
where source = $value
