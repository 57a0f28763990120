-- A row is one act (open, click) over all emails sent from $since_ms to before $until_ms: how long people waited for
-- the first one, from delivery or, where that is not known, from sending. Three quartiles by rank, to the
-- millisecond, over everybody; then how many had acted in less than so many hours. A reader counts once per email.
with firsts as (
    select
        r.email_id, 'open' as act, r.subscriber_id, r.opened_ms - coalesce(r.delivered_ms, e.sent_ms) as waited_ms
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where e.opens_tracked = 1 and e.sent_ms >= $since_ms and e.sent_ms < $until_ms
    union all
    select
        r.email_id, 'click' as act, r.subscriber_id, r.clicked_ms - coalesce(r.delivered_ms, e.sent_ms) as waited_ms
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where e.sent_ms >= $since_ms and e.sent_ms < $until_ms
),
waits as (
    select email_id, act, subscriber_id, case when waited_ms < 0 then 0 else waited_ms end as waited_ms
    from firsts
    where waited_ms is not null
),
totals as (
    select act, count(*) as people, count(distinct email_id) as emails
    from waits
    group by act
),
placed as (
    select
        w.act,
        w.waited_ms,
        t.people,
        t.emails,
        row_number() over (
            partition by w.act
            order by w.waited_ms nulls last, w.email_id nulls last, w.subscriber_id nulls last
        ) as place
    from waits as w
    join totals as t on t.act = w.act
)
select
    act,
    emails,
    people,
    min(case when place * 4 >= people then waited_ms end) as quarter_ms,
    min(case when place * 2 >= people then waited_ms end) as median_ms,
    min(case when place * 4 >= people * 3 then waited_ms end) as three_quarters_ms,
    count(*) filter (where waited_ms < 3600000) as within_1h,
    count(*) filter (where waited_ms < 2 * 3600000) as within_2h,
    count(*) filter (where waited_ms < 3 * 3600000) as within_3h,
    count(*) filter (where waited_ms < 6 * 3600000) as within_6h,
    count(*) filter (where waited_ms < 12 * 3600000) as within_12h,
    count(*) filter (where waited_ms < 24 * 3600000) as within_24h,
    count(*) filter (where waited_ms < 48 * 3600000) as within_48h,
    count(*) filter (where waited_ms < 72 * 3600000) as within_72h,
    count(*) filter (where waited_ms < 168 * 3600000) as within_7d
from placed
group by act, emails, people
order by act nulls last
