-- One row per event of the given people, as it is stored, with the address of whom it is about.
select
    e.occurred_ms, e.id, k.family, k.type, m.uuid as email, l.url, g.os, g.browser, g.network_class,
    g.ranges_version, a.address, a.network, d.properties, s.email as person
from events as e
join event_kinds as k on k.id = e.kind
join subscribers as s on s.id = e.subscriber
left join emails as m on m.id = e.email
left join links as l on l.id = e.link
left join agents as g on g.id = e.agent
left join addresses as a on a.id = e.address
left join details as d on d.id = e.detail
where e.subscriber in (select value from json_each(:people))
