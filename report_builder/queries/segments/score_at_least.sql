-- A row is a person whose engagement score is $value or more; whoever has none is left out.
select subscriber_id
from profiles
where score >= $value
