-- A row is one month (UTC, numbered year * 12 + month - 1) that has events: how many, and a number that changes with
-- anything its file would say. `store` is the SQLite file, whose reader needs columns named one by one.
with stored as (
    select
        row_number() over () as number,
        occurred_ms, id, kind, subscriber, email, link, agent, detail
    from store.events
),
-- What integers stand for is hashed once for each of them, not for each event. A subscriber's alone need not be: that
-- integer never comes to mean somebody else.
kinds as (select id, hash(source, type) as content from store.event_kinds),
sent as (select id, hash(uuid, subject) as content from store.emails),
followed as (select id, hash(url) as content from store.links),
programs as (select id, hash(os, browser, network_class) as content from store.agents),
rest as (select id, hash(properties) as content from store.details)
select
    year(epoch_ms(s.occurred_ms)) * 12 + month(epoch_ms(s.occurred_ms)) - 1 as month,
    count(*) as events,
    cast(sum(hash(
        s.occurred_ms, s.id, k.content, s.subscriber, m.content, l.content, g.content, d.content, j.verdict, j.reason
    )) as varchar) as content
from stored as s
join kinds as k on k.id = s.kind
left join sent as m on m.id = s.email
left join followed as l on l.id = s.link
left join programs as g on g.id = s.agent
left join rest as d on d.id = s.detail
left join judged as j on j.event_id = s.number
group by month
order by month
