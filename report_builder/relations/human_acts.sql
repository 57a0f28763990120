-- One row per open, click or reply by a person: what every figure about readers is made of. Replies are never
-- judged, because no machine writes one that the provider would take for a reader's.
select
    e.event_id, e.event_type, e.occurred_ms, e.day, e.weekday, e.hour, e.subscriber_id, e.email_id, e.link_id
from events as e
left join judged as j on j.event_id = e.event_id
where j.verdict = 'human' or e.event_type = 'subscriber.replied'
