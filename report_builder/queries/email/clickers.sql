-- A row is one person who clicked in one email; who clicked most comes first.
select r.email_id, s.uuid, s.email, s.name, s.status, r.clicks, r.opened_ms, r.clicked_ms
from receipts as r
join subscribers as s on s.subscriber_id = r.subscriber_id
where r.clicked_ms is not null
order by r.email_id nulls last, r.clicks desc nulls last, r.clicked_ms nulls last, s.subscriber_id nulls last
