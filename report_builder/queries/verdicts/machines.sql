-- A row is one click that no hand made, and the rule that says so; the first that matches.
with found as (
    select
        a.event_id, a.subscriber_id, a.email_id, a.address_id, a.occurred_ms,
        case
            when a.is_robot = 1 then 'robot_agent'
            when r.is_burst = 1 then 'burst'
            when r.is_coverage = 1 then 'coverage'
            when a.waited_ms <= $instant_click_ms then 'instant'
            when c.hints >= $crowd_hints then 'crowd'
        end as reason
    from acts as a
    left join rushes as r on r.event_id = a.event_id
    left join crowds as c on c.event_id = a.event_id
    where a.is_click = 1
)
select event_id, subscriber_id, email_id, address_id, occurred_ms, reason
from found
where reason is not null
