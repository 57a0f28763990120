-- A row is one open or click with its first verdict: what can be said before asking what the reader did later.
-- Order matters: the first rule that matches decides, and whatever nothing speaks against is a person's.
with open_questions as (
    select a.event_id, a.subscriber_id, a.email_id, a.address_id, a.occurred_ms
    from acts as a
    left join machines as m on m.event_id = a.event_id
    where a.address_id is not null and m.event_id is null
),
beside as (
    select distinct a.event_id
    from open_questions as a
    join machines as m
        on m.subscriber_id = a.subscriber_id and m.email_id = a.email_id and m.address_id = a.address_id
    where a.occurred_ms >= m.occurred_ms - $beside_ms and a.occurred_ms <= m.occurred_ms + $beside_ms
),
reasons as (
    select
        a.event_id, a.is_click, a.occurred_ms, a.subscriber_id, a.email_id, a.address_id,
        case
            when a.is_click = 1 then
                case
                    when m.reason is not null then m.reason
                    when c.hints >= $crowd_doubts then 'crowd_perhaps'
                    when r.is_pair = 1 then 'pair'
                    when b.event_id is not null then 'beside_machine'
                    when a.waited_ms <= $hasty_click_ms then 'hasty'
                    when a.network_class = 'none' and a.is_nameless = 1 then 'erased'
                    when a.network_class = 'cloud' or a.is_image_proxy = 1 then 'data_centre'
                    when a.is_nameless = 1 then 'nameless_click'
                    else 'click'
                end
            when a.is_robot = 1 then 'robot_agent'
            when a.network_class = 'apple_relay' then 'apple_relay'
            when a.is_image_proxy = 1 and a.waited_ms is null then 'undated_proxy'
            when a.is_image_proxy = 1 and a.waited_ms <= $instant_open_ms then 'prefetch'
            when a.is_image_proxy = 1 then 'proxy_on_demand'
            when b.event_id is not null then 'beside_machine'
            when a.waited_ms <= $instant_open_ms then 'instant'
            when a.network_class = 'none' and a.is_nameless = 1 then 'erased'
            when a.is_nameless = 1 then 'nameless_open'
            when a.network_class = 'cloud' then 'data_centre'
            else 'open'
        end as reason
    from acts as a
    left join machines as m on m.event_id = a.event_id
    left join rushes as r on r.event_id = a.event_id
    left join crowds as c on c.event_id = a.event_id
    left join beside as b on b.event_id = a.event_id
)
select
    event_id, is_click, occurred_ms, subscriber_id, email_id, address_id, reason,
    case
        when reason in ('open', 'click', 'proxy_on_demand') then 'human'
        when reason in ('apple_relay', 'prefetch', 'nameless_open') then 'proxy'
        when reason in ('robot_agent', 'burst', 'coverage', 'instant', 'crowd') then 'scanner'
        when reason = 'beside_machine' and is_click = 0 then 'scanner'
        else 'unknown'
    end as verdict
from reasons
