-- A row is a person who clicked in the email $email_id.
select subscriber_id
from receipts
where email_id = $email_id and clicked_ms is not null
