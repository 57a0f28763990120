-- One row: events that no person, or no email, could be named for.
select
    count(*) filter (where subscriber_id is null) as no_subscriber,
    count(*) filter (where email_id is null) as no_email
from events
