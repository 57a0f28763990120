-- A row is one type of event of one email: how many events there are, and how many are of nobody known, because the
-- person was deleted, asked not to be tracked, or never had a name.
select
    email_id,
    event_type,
    count(*) as events,
    count(case when subscriber_id is null then 1 end) as unlinked
from events
where email_id is not null
group by email_id, event_type
order by email_id nulls last, event_type nulls last
