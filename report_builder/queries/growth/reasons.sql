-- A row is one reason that people gave for unsubscribing since $first_day, most frequent first; null: none was given.
-- Only the last unsubscribe of a person has a reason, and those who came back since are left out with it.
with leavers as (
    select subscriber_id, max(occurred_ms) as occurred_ms
    from moves
    where kind = 'unsubscribed' and day >= $first_day
    group by subscriber_id
)
select nullif(trim(s.unsubscription_reason), '') as reason, count(*) as people
from leavers as l
join subscribers as s on s.subscriber_id = l.subscriber_id
where not s.is_active
group by nullif(trim(s.unsubscription_reason), '')
order by people desc nulls last, reason nulls last
