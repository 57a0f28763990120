-- A row is one event of one person since $since_ms; the events of a person follow each other, latest first. Opens and
-- clicks have the verdict on who made them, and the reason.
select e.subscriber_id, e.occurred_ms, e.event_type, e.email_id, e.link_id, j.verdict, j.reason
from events as e
left join judged as j on j.event_id = e.event_id
where e.occurred_ms >= $since_ms and e.subscriber_id is not null
order by e.subscriber_id nulls last, e.occurred_ms desc nulls last, e.event_id desc nulls last
