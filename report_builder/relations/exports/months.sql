-- A row is one month (UTC, numbered year * 12 + month - 1) that has events: how many, and a number that changes with
-- anything its file would say. What integers of the store stand for never changes, but for an email's subject.
with sent as (
    select email_id, hash(uuid, subject) as content
    from emails
)
select
    year(epoch_ms(e.occurred_ms)) * 12 + month(epoch_ms(e.occurred_ms)) - 1 as month,
    count(*) as events,
    cast(
        sum(hash(e.occurred_ms, e.event_type, e.subscriber_id, e.content, m.content, j.verdict, j.reason)) as varchar
    ) as content
from events as e
left join sent as m on m.email_id = e.email_id
left join judged as j on j.event_id = e.event_id
group by month
order by month
