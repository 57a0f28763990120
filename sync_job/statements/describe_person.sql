-- One row: what erasing this person would take, in counts.
select
    email, name, status,
    (select count(*) from events where subscriber = s.id),
    (select count(*) from subscriber_tags where subscriber = s.id),
    (select count(*) from subscriber_addresses where subscriber = s.id)
from subscribers as s
where id = :person
