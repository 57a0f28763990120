-- A row is one tag that one person has today.
select subscriber_id, tag
from subscriber_tags
order by subscriber_id nulls last, tag nulls last
