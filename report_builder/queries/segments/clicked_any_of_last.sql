-- A row is a person who clicked in an email that was sent at $since_ms or later.
select distinct r.subscriber_id
from receipts as r
join email_results as e on e.email_id = r.email_id
where e.sent_ms >= $since_ms and r.clicked_ms is not null
