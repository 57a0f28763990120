-- A row is a person whose engagement score is $value or less; whoever has none is left out.
select subscriber_id
from profiles
where score <= $value
