-- A row is one kind of event (open or click) with one verdict and reason: how many events, by how many people and
-- in how many emails. It is what a page says about what was filtered, and why.
select
    case when e.event_type = 'subscriber.clicked' then 'click' else 'open' end as act,
    j.verdict,
    j.reason,
    count(*) as events,
    count(distinct e.subscriber_id) as people,
    count(distinct e.email_id) as emails
from judged as j
join events as e on e.event_id = j.event_id
group by case when e.event_type = 'subscriber.clicked' then 'click' else 'open' end, j.verdict, j.reason
order by act nulls last, j.verdict nulls last, events desc nulls last, j.reason nulls last
