-- A row is one email and one act (open, click): how long its people waited for the first one, from delivery or,
-- where that is not known, from sending. Three quartiles by rank, to the millisecond: the shortest wait within which
-- a quarter, half, three quarters of all had acted; then how many had acted in less than 1, 6, 24 and 72 hours and 7
-- days.
with firsts as (
    select r.email_id, 'open' as act, r.subscriber_id, r.opened_ms - coalesce(r.delivered_ms, e.sent_ms) as waited_ms
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where e.opens_tracked = 1
    union all
    select r.email_id, 'click' as act, r.subscriber_id, r.clicked_ms - coalesce(r.delivered_ms, e.sent_ms) as waited_ms
    from receipts as r
    join email_results as e on e.email_id = r.email_id
),
waits as (
    select email_id, act, subscriber_id, case when waited_ms < 0 then 0 else waited_ms end as waited_ms
    from firsts
    where waited_ms is not null
),
totals as (
    select email_id, act, count(*) as people
    from waits
    group by email_id, act
),
placed as (
    select
        w.email_id,
        w.act,
        w.waited_ms,
        t.people,
        row_number() over (
            partition by w.email_id, w.act order by w.waited_ms nulls last, w.subscriber_id nulls last
        ) as place
    from waits as w
    join totals as t on t.email_id = w.email_id and t.act = w.act
)
select
    email_id,
    act,
    people,
    min(case when place * 4 >= people then waited_ms end) as quarter_ms,
    min(case when place * 2 >= people then waited_ms end) as median_ms,
    min(case when place * 4 >= people * 3 then waited_ms end) as three_quarters_ms,
    count(*) filter (where waited_ms < 3600000) as within_1h,
    count(*) filter (where waited_ms < 6 * 3600000) as within_6h,
    count(*) filter (where waited_ms < 24 * 3600000) as within_24h,
    count(*) filter (where waited_ms < 72 * 3600000) as within_72h,
    count(*) filter (where waited_ms < 168 * 3600000) as within_7d
from placed
group by email_id, act, people
order by email_id nulls last, act nulls last
