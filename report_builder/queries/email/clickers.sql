-- A row is one person who clicked in one email, machines left out; who clicked most comes first.
select r.email_id, s.uuid, s.email, s.name, s.status, r.human_clicks as clicks, r.opened_ms, r.clicked_ms
from receipts as r
join subscribers as s on s.subscriber_id = r.subscriber_id
where r.clicked_ms is not null
order by r.email_id nulls last, r.human_clicks desc nulls last, r.clicked_ms nulls last, s.subscriber_id nulls last
