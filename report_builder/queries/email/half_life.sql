-- A row is one email: the clicks by people in the seven days after sending, and how long it took until half of them
-- had happened. A click before sending counts as at once.
with clicks as (
    select
        a.email_id,
        a.event_id,
        case when a.occurred_ms < e.sent_ms then 0 else a.occurred_ms - e.sent_ms end as waited_ms
    from human_acts as a
    join email_results as e on e.email_id = a.email_id
    where a.event_type = 'subscriber.clicked' and a.occurred_ms < e.sent_ms + 604800000
),
totals as (
    select email_id, count(*) as clicks
    from clicks
    group by email_id
),
placed as (
    select
        c.email_id,
        c.waited_ms,
        t.clicks,
        row_number() over (partition by c.email_id order by c.waited_ms nulls last, c.event_id nulls last) as place
    from clicks as c
    join totals as t on t.email_id = c.email_id
)
select email_id, clicks, min(case when place * 2 >= clicks then waited_ms end) as half_ms
from placed
group by email_id, clicks
order by email_id nulls last
