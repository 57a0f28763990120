-- A row is a person who was on the list at $since_ms, got an email since of which it can be known whether it was
-- opened, and did nothing since.
with acted as (
    select distinct subscriber_id
    from human_acts
    where occurred_ms >= $since_ms and subscriber_id is not null
)
select distinct r.subscriber_id
from receipts as r
join email_results as e on e.email_id = r.email_id
join subscribers as s on s.subscriber_id = r.subscriber_id
left join acted as a on a.subscriber_id = r.subscriber_id
where
    a.subscriber_id is null
    and r.is_reached = 1 and r.is_hidden = 0
    and e.opens_tracked = 1 and e.sent_ms between $since_ms and $now_ms
    and coalesce(s.confirmed_ms, s.joined_ms) <= $since_ms
    and not s.is_untracked
