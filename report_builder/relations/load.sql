-- Copies the store's tables, once. Columns are named one by one and rows are never counted here: the reader of
-- SQLite files cannot do without a rowid otherwise. $zone is the newsletter's time zone.

-- Without control characters, and without those that turn the direction of the text around them: whatever shows
-- a name or a subject later need not care.
create macro printable(given) as regexp_replace(
    given, '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]', '', 'g'
);

-- The statuses of people who get emails.
create macro receives(status) as coalesce(status, '') in (
    'regular', 'premium', 'gifted', 'trialed', 'churned', 'churning', 'past_due', 'paused', 'unpaid', 'upcoming'
);

insert into project
select name, printable(value) from store.project_facts;

insert into subscribers
with people as (
    select
        id, uuid, email, name, status, source, country, referrer_url, utm_source, utm_campaign, created_ms,
        unsubscribed_ms, unsubscription_reason, undeliverable_ms, undeliverability_reason, bounced_ms,
        upgraded_ms, churned_ms, deleted_ms, coalesce(untracked_until_ms, 0) = 9223372036854775807 as untracked
    from store.subscribers
),
changes as (
    select
        subscriber,
        max(occurred_ms) as changed_ms,
        min(case when status = 'unactivated' then occurred_ms end) as asked_ms,
        min(case when receives(status) then occurred_ms end) as confirmed_ms
    from (select subscriber, occurred_ms, status from store.subscriber_transitions)
    group by subscriber
),
judged as (
    select
        p.*,
        p.deleted_ms is null and receives(p.status) as active,
        -- whoever never had to confirm was on the list from the beginning
        case
            when c.asked_ms is not null then c.confirmed_ms
            when coalesce(p.status, '') not in ('unactivated', 'blocked') then p.created_ms
        end as confirmed_ms,
        coalesce(p.unsubscribed_ms, p.undeliverable_ms, p.deleted_ms, p.bounced_ms, c.changed_ms) as went_ms
    from people as p
    left join changes as c on c.subscriber = p.id
)
select
    id,
    cast(cast(hex(uuid) as uuid) as varchar),
    printable(email),
    case when email like '%@%' then lower(split_part(email, '@', -1)) end,
    printable(name),
    case when deleted_ms is not null then 'deleted' else coalesce(status, 'unknown') end,
    active,
    printable(source),
    printable(country),
    printable(referrer_url),
    printable(utm_source),
    printable(utm_campaign),
    created_ms,
    cast((epoch_ms(created_ms) at time zone 'UTC') at time zone $zone as date),
    confirmed_ms,
    cast((epoch_ms(confirmed_ms) at time zone 'UTC') at time zone $zone as date),
    case when not active and confirmed_ms is not null then went_ms end,
    case
        when not active and confirmed_ms is not null
            then cast((epoch_ms(went_ms) at time zone 'UTC') at time zone $zone as date)
    end,
    printable(unsubscription_reason),
    printable(undeliverability_reason),
    upgraded_ms,
    churned_ms,
    deleted_ms,
    untracked
from judged;

insert into subscriber_tags
select st.subscriber, printable(t.name), st.from_ms
from (select subscriber, tag, from_ms, to_ms from store.subscriber_tags) as st
join (select id, name from store.tags) as t on t.id = st.tag
where st.to_ms is null;

insert into subscriber_addresses
select subscriber, printable(email), from_ms, to_ms from store.subscriber_addresses;

insert into subscriber_transitions
select
    subscriber, occurred_ms, cast((epoch_ms(occurred_ms) at time zone 'UTC') at time zone $zone as date), status,
    case when receives(status) then 1 else 0 end
from (select subscriber, occurred_ms, status from store.subscriber_transitions);

insert into emails
with sent as (
    select id, uuid, subject, status, kind, url, published_ms, tracking_at_send, analytics from store.emails
)
select
    id,
    cast(cast(hex(uuid) as uuid) as varchar),
    printable(subject),
    status,
    kind,
    printable(url),
    published_ms,
    cast((epoch_ms(published_ms) at time zone 'UTC') at time zone $zone as date),
    tracking_at_send,
    cast(analytics ->> '$.recipients' as bigint),
    cast(analytics ->> '$.deliveries' as bigint),
    cast(analytics ->> '$.opens' as bigint),
    cast(analytics ->> '$.clicks' as bigint),
    cast(analytics ->> '$.unsubscriptions' as bigint),
    cast(analytics ->> '$.temporary_failures' as bigint) + cast(analytics ->> '$.permanent_failures' as bigint),
    cast(analytics ->> '$.permanent_failures' as bigint),
    cast(analytics ->> '$.complaints' as bigint)
from sent;

insert into links
select
    id,
    printable(url),
    printable(normalised),
    nullif(regexp_extract(lower(normalised), '^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)', 1), '')
from store.links;

insert into agents
select id, os, browser, network_class from store.agents;

insert into addresses
select id, dense_rank() over (order by network) from store.addresses;

-- The one place where stored events become the events that queries see: a rule that judges or leaves out an
-- event belongs here. The reader walks the table in the order of its primary key, which is (occurred_ms, id), so the
-- running number needs no sort; and asking the table twice takes less memory than keeping its rows for later.
insert into events
with stored as (
    select
        row_number() over () as number,
        occurred_ms, kind, subscriber, email, link, agent, address, detail,
        occurred_ms // 900000 as quarter,
        cast(hash(id, kind, detail, agent, link) >> 1 as bigint) as content
    from store.events
),
codes as (
    select id, properties ->> '$.code' as code
    from (select id, properties from store.details)
    where json_valid(properties)
),
kinds as (
    select id, type from store.event_kinds
),
-- Clocks change at quarters of an hour, and there are far fewer of them than events.
quarters as (
    select quarter, (epoch_ms(quarter * 900000) at time zone 'UTC') at time zone $zone as local_time
    from (select distinct occurred_ms // 900000 as quarter from store.events)
)
select
    s.number, k.type, s.occurred_ms, cast(q.local_time as date), isodow(q.local_time), hour(q.local_time),
    s.subscriber, s.email, s.link, s.agent, s.address, c.code, s.content
from stored as s
join kinds as k on k.id = s.kind
left join codes as c on c.id = s.detail
join quarters as q on q.quarter = s.quarter;

insert into feed_counts
select email, feed_count, stored_count, checked_ms from store.feed_counts;

insert into sync_runs
select id, command, started_ms, finished_ms, outcome, counts from store.sync_runs;

insert into numbers
select range from range(1000);
