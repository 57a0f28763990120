-- A row is a person who opened the email $email_id.
select subscriber_id
from receipts
where email_id = $email_id and opened_ms is not null
