-- A row is one event of one person since $since_ms; the events of a person follow each other, latest first (events are
-- numbered in the order of time). kind_id says what it was: see subscriber/kinds.
select e.subscriber_id, e.occurred_ms, k.kind_id, e.email_id, e.link_id
from events as e
left join judged as j on j.event_id = e.event_id
join kinds as k
    on k.event_type = e.event_type
    and coalesce(k.verdict, '') = coalesce(j.verdict, '')
    and coalesce(k.reason, '') = coalesce(j.reason, '')
where e.occurred_ms >= $since_ms and e.subscriber_id is not null
order by e.subscriber_id nulls last, e.event_id desc nulls last
