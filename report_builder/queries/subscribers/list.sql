-- A row is one person, best first. Score: 1 for each email opened, 3 more for each email clicked, among the
-- emails this person acted on since $since_ms. `measurable` counts the received emails for which it can be known
-- whether they were opened, `hidden` those fetched by machines alone, `clicks_measurable` those whose clicks were
-- tracked. The score is null where nothing could be measured, and for readers who are seen through machines only.
with per_person as (
    select
        r.subscriber_id,
        sum(r.is_reached) as received,
        count(case when e.opens_tracked = 1 and r.is_reached = 1 and r.is_hidden = 0 then 1 end) as measurable,
        sum(r.is_hidden) as hidden,
        count(case when e.clicks_tracked = 1 and r.is_reached = 1 then 1 end) as clicks_measurable,
        count(r.opened_ms) as opened,
        count(r.clicked_ms) as clicked,
        count(r.replied_ms) as replied,
        count(case when r.acted_ms >= $since_ms then r.opened_ms end) as lately_opened,
        count(case when r.acted_ms >= $since_ms then r.clicked_ms end) as lately_clicked
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    group by r.subscriber_id
),
last_acts as (
    select subscriber_id, max(occurred_ms) as last_ms, max(day) as last_day
    from human_acts
    where subscriber_id is not null
    group by subscriber_id
),
scored as (
    select
        s.subscriber_id, s.uuid, s.email, s.name, s.status, s.is_active, s.source, s.joined_day, s.joined_ms,
        case
            when p.measurable + p.opened + p.clicked > 0 or (p.clicks_measurable > 0 and p.hidden = 0)
                then p.lately_opened + 3 * p.lately_clicked
        end as score,
        coalesce(p.received, 0) as received,
        coalesce(p.measurable, 0) as measurable,
        coalesce(p.hidden, 0) as hidden,
        coalesce(p.clicks_measurable, 0) as clicks_measurable,
        coalesce(p.opened, 0) as opened,
        coalesce(p.clicked, 0) as clicked,
        coalesce(p.replied, 0) as replied,
        a.last_ms,
        a.last_day
    from subscribers as s
    left join per_person as p on p.subscriber_id = s.subscriber_id
    left join last_acts as a on a.subscriber_id = s.subscriber_id
)
select
    subscriber_id, uuid, email, name, status, is_active, source, joined_day, joined_ms, score,
    cast(received as bigint) as received, measurable, cast(hidden as bigint) as hidden, clicks_measurable, opened,
    clicked, replied, last_ms, last_day
from scored
order by
    score desc nulls last, case when hidden > 0 then 1 else 0 end nulls last, last_ms desc nulls last,
    joined_ms desc nulls last, subscriber_id nulls last
