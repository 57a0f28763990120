-- A row is one person, best first: by engagement score (of the same score the newest first, so that nobody moves by
-- an act alone), those without one by when they last did something, and those seen through machines only last.
-- `measurable` counts the received emails for which it can be known whether they were opened, `hidden` those fetched
-- by machines alone, `clicks_measurable` those whose clicks were tracked; since_ms is when the stage was reached.
with per_person as (
    select
        r.subscriber_id,
        count(case when r.is_reached = 1 then 1 end) as received,
        count(case when e.opens_tracked = 1 and r.is_reached = 1 and r.is_hidden = 0 then 1 end) as measurable,
        count(case when r.is_hidden = 1 then 1 end) as hidden,
        count(case when e.clicks_tracked = 1 and r.is_reached = 1 then 1 end) as clicks_measurable,
        count(r.opened_ms) as opened,
        count(r.clicked_ms) as clicked,
        count(r.replied_ms) as replied
    from receipts as r
    join email_results as e on e.email_id = r.email_id
    group by r.subscriber_id
),
last_acts as (
    select subscriber_id, max(day) as last_day
    from human_acts
    where subscriber_id is not null
    group by subscriber_id
)
select
    s.subscriber_id, s.uuid, s.email, s.name, s.status, s.is_active, s.source, s.joined_day, s.joined_ms,
    f.score, f.stars, f.stage, f.since_ms, f.is_reactivated, f.scored_replies, f.scored_clicks, f.scored_opens,
    f.scored_unread, f.scored_unknown, f.recency_step, f.frequency_step, f.last_emails, f.last_engaged, f.depth,
    f.streak, f.longest_streak,
    coalesce(p.received, 0) as received,
    coalesce(p.measurable, 0) as measurable,
    coalesce(p.hidden, 0) as hidden,
    coalesce(p.clicks_measurable, 0) as clicks_measurable,
    coalesce(p.opened, 0) as opened,
    coalesce(p.clicked, 0) as clicked,
    coalesce(p.replied, 0) as replied,
    f.last_ms,
    a.last_day
from subscribers as s
join profiles as f on f.subscriber_id = s.subscriber_id
left join per_person as p on p.subscriber_id = s.subscriber_id
left join last_acts as a on a.subscriber_id = s.subscriber_id
order by
    f.score desc nulls last,
    case when p.hidden > 0 and p.measurable + p.opened + p.clicked + p.replied = 0 then 1 else 0 end nulls last,
    case when f.score is null then f.last_ms end desc nulls last,
    s.joined_ms desc nulls last,
    s.subscriber_id nulls last
