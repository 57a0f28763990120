-- One row per person who left before that moment: the day is the one the report shows.
select s.id
from subscribers as s
left join (
    select subscriber, max(occurred_ms) as changed_ms from subscriber_transitions group by subscriber
) as c on c.subscriber = s.id
where (s.deleted_ms is not null or s.status in (select value from json_each(:left)))
    and coalesce(s.unsubscribed_ms, s.undeliverable_ms, s.deleted_ms, s.bounced_ms, c.changed_ms, s.created_ms)
        < :before_ms
order by s.id
