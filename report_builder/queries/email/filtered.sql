-- A row is one reason why opens or clicks of one email are not a person's, or not surely: how many events, and of
-- how many readers.
select
    e.email_id,
    case when e.event_type = 'subscriber.clicked' then 'click' else 'open' end as act,
    j.verdict,
    j.reason,
    count(*) as events,
    count(distinct e.subscriber_id) as people
from judged as j
join events as e on e.event_id = j.event_id
where j.verdict <> 'human' and e.email_id is not null
group by
    e.email_id, case when e.event_type = 'subscriber.clicked' then 'click' else 'open' end, j.verdict, j.reason
order by e.email_id nulls last, events desc nulls last, act nulls last, j.verdict nulls last, j.reason nulls last
