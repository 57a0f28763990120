-- A row is one event of $month: the columns of the view event_log without the address, its properties without hashed
-- addresses and with a column of their own for system, browser and network, and the verdict with its reason; in the
-- order of time.
select
    cast(e.id as varchar) as event_id,
    k.source,
    k.type,
    epoch_ms(e.occurred_ms) at time zone 'UTC' as occurred_at,
    cast(e.subscriber_uuid as varchar) as subscriber_id,
    cast(cast(hex(m.uuid) as uuid) as varchar) as email_id,
    m.subject as email_subject,
    l.url,
    nullif(g.os, '') as os,
    nullif(g.browser, '') as browser,
    nullif(g.network_class, 'none') as network_class,
    d.properties,
    e.verdict,
    e.reason
from exported as e
join (select id, source, type from store.event_kinds) as k on k.id = e.kind
left join (select id, uuid, subject from store.emails) as m on m.id = e.email
left join (select id, url from store.links) as l on l.id = e.link
left join (select id, os, browser, network_class from store.agents) as g on g.id = e.agent
left join (select id, properties from store.details) as d on d.id = e.detail
where e.month = $month
order by e.number
