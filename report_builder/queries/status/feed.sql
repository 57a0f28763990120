-- A row is what the feed said it holds when last walked to its end, beside what was stored; email 0 is all of it.
select email_id, feed_count, stored_count, checked_ms
from feed_counts
order by email_id nulls last
