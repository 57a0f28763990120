-- A row is one click from a place where many readers of one email clicked within the hour, with the number of
-- hints (0 to 4) that the place is a mail filter and not an office: it is in a data centre, its readers have
-- mailboxes at different domains, all use the very same system and browser, and all came within minutes.
-- A place is an address, or in data centres a network, because filters there change addresses.
with clicks as (
    select
        event_id, email_id, subscriber_id, occurred_ms, agent_key, network_id,
        case when network_class = 'cloud' then 0 else address_id end as place_id
    from acts
    where
        is_click = 1 and network_class in ('cloud', 'other') and email_id is not null
        and subscriber_id is not null and address_id is not null and network_id is not null
),
arrivals as (
    select
        email_id, network_id, place_id, subscriber_id,
        min(occurred_ms) as first_ms, min(agent_key) as least_agent, max(agent_key) as most_agent
    from clicks
    group by email_id, network_id, place_id, subscriber_id
),
places as (
    select
        a.email_id, a.network_id, a.place_id,
        case when a.place_id = 0 then 1 else 0 end
        + case when min(s.domain) < max(s.domain) then 1 else 0 end
        + case when min(a.least_agent) = max(a.most_agent) then 1 else 0 end as hints
    from arrivals as a
    left join subscribers as s on s.subscriber_id = a.subscriber_id
    group by a.email_id, a.network_id, a.place_id
    having count(*) > $crowd_others
),
-- the time from the nth reader before to this one: a small one means that all of them came within it
queues as (
    select
        a.email_id, a.network_id, a.place_id, a.subscriber_id, a.first_ms, p.hints,
        a.first_ms - lag(a.first_ms, $crowd_others) over (
            partition by a.email_id, a.network_id, a.place_id
            order by a.first_ms nulls last, a.subscriber_id nulls last
        ) as span_ms
    from arrivals as a
    join places as p
        on p.email_id = a.email_id and p.network_id = a.network_id and p.place_id = a.place_id
),
-- no key is null; BigQuery knows no other place for nulls in a window with rows
members as (
    select
        email_id, network_id, place_id, subscriber_id, first_ms, hints,
        min(span_ms) over (
            partition by email_id, network_id, place_id
            order by first_ms nulls first, subscriber_id nulls first
            rows between current row and $crowd_others following
        ) as span_ms
    from queues
)
select
    c.event_id,
    m.hints + case when m.span_ms <= $crowd_fast_ms then 1 else 0 end as hints
from clicks as c
join members as m
    on m.email_id = c.email_id and m.network_id = c.network_id and m.place_id = c.place_id
    and m.subscriber_id = c.subscriber_id
-- hours later the same reader may well be there in person
where m.span_ms <= $crowd_ms and c.occurred_ms <= m.first_ms + $beside_ms
