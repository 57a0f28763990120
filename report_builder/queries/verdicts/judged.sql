-- A row is one open or click with its verdict (human, proxy, scanner, unknown), the reason, and the version of
-- the rules. What merely could not be known becomes a person's when the same reader soon clicks like a person, or
-- writes back: a click needs the same address for that, an open does not. What looked suspicious stays unknown.
with doubted as (
    select event_id, is_click, occurred_ms, subscriber_id, email_id, address_id
    from opinions
    where
        verdict = 'unknown'
        and reason in ('hasty', 'erased', 'data_centre', 'nameless_click', 'undated_proxy')
),
signs as (
    select subscriber_id, email_id, address_id, occurred_ms, 0 as is_reply
    from opinions
    where verdict = 'human' and is_click = 1
    union all
    select subscriber_id, email_id, cast(null as bigint) as address_id, occurred_ms, 1 as is_reply
    from events
    where event_type = 'subscriber.replied'
),
confirmed as (
    select distinct d.event_id
    from doubted as d
    join signs as s on s.subscriber_id = d.subscriber_id and s.email_id = d.email_id
    where
        s.occurred_ms > d.occurred_ms
        and (
            s.is_reply = 1
            or (
                s.occurred_ms <= d.occurred_ms + $confirm_ms
                and (d.is_click = 0 or s.address_id = d.address_id)
            )
        )
)
select
    o.event_id,
    case when c.event_id is not null then 'human' else o.verdict end as verdict,
    case when c.event_id is not null then 'confirmed' else o.reason end as reason,
    $rule_version as rule_version
from opinions as o
left join confirmed as c on c.event_id = o.event_id
