-- One row: what the whole site says about itself.
with happened as (
    select count(*) as events, min(occurred_ms) as first_ms, max(occurred_ms) as last_ms
    from events
),
runs as (
    select max(finished_ms) as synced_ms
    from sync_runs
    where outcome in ('done', 'incomplete') and command in ('sync', 'import')
),
people as (
    select count(*) as subscribers, count(*) filter (where is_active) as active
    from subscribers
)
select
    (select max(value) from project where name = 'newsletter_name') as newsletter,
    (select max(value) from project where name = 'locale') as locale,
    h.events,
    h.first_ms,
    h.last_ms,
    r.synced_ms,
    p.subscribers,
    p.active
from happened as h
cross join runs as r
cross join people as p
