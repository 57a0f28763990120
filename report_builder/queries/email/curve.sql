-- A row is one hour after sending (0 is the first) of one email: people whose first open or first click fell in it.
-- The last hour, 168, holds everything later than a week.
with firsts as (
    select r.email_id, r.opened_ms - e.sent_ms as waited_ms, 1 as opened, 0 as clicked
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where r.opened_ms is not null
    union all
    select r.email_id, r.clicked_ms - e.sent_ms as waited_ms, 0 as opened, 1 as clicked
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    where r.clicked_ms is not null
),
hours as (
    select
        email_id,
        case
            when waited_ms < 0 then 0
            when waited_ms >= 604800000 then 168
            else cast(floor(cast(waited_ms as double) / 3600000e0) as bigint)
        end as hour,
        opened,
        clicked
    from firsts
)
select email_id, hour, cast(sum(opened) as bigint) as opened, cast(sum(clicked) as bigint) as clicked
from hours
group by email_id, hour
order by email_id nulls last, hour nulls last
