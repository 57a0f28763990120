-- A row is one stored event of $months, with its verdict; events are numbered as load.sql numbers them.
with stored as (
    select
        row_number() over () as number,
        year(epoch_ms(occurred_ms)) * 12 + month(epoch_ms(occurred_ms)) - 1 as month,
        occurred_ms, id, kind, subscriber, email, link, agent, detail
    from store.events
)
select
    s.month,
    s.number,
    s.occurred_ms,
    cast(hex(s.id) as uuid) as id,
    s.kind,
    cast(p.uuid as uuid) as subscriber_uuid,
    s.email,
    s.link,
    s.agent,
    s.detail,
    j.verdict,
    j.reason
from stored as s
left join subscribers as p on p.subscriber_id = s.subscriber
left join judged as j on j.event_id = s.number
where list_contains($months, s.month)
