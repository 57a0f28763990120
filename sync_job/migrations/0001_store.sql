-- The store: narrow facts, small dimensions. The whole file travels on every sync, so bytes per event
-- are its main cost. Times are milliseconds since 1970-01-01 UTC; ids are the 16 bytes of a UUID.
-- People read the views at the end; `select * from event_log` is the place to begin.

create table project_facts (
    name text primary key,  -- newsletter_id, newsletter_name, time_zone, tracking, secret_fingerprint, ...
    value text not null
) strict, without rowid;

create table subscribers (
    id integer primary key,
    uuid blob not null unique check (length(uuid) = 16),
    email text,  -- the current address; people share addresses and come back, so it is not unique
    name text,
    status text,  -- the provider's own word (regular, premium, unsubscribed, ...); null: never seen in a list
    source text,
    created_ms integer,
    country text,
    referrer_url text,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    form_id text,
    import_id text,
    unsubscribed_ms integer,
    unsubscription_reason text,
    upgraded_ms integer,
    churned_ms integer,
    bounced_ms integer,
    bounce_reason text,
    undeliverable_ms integer,
    undeliverability_reason text,
    metadata text not null default '{}' check (json_valid(metadata)),
    untracked_until_ms integer,  -- asked not to be tracked: nothing before this is linked to them; null: never asked
    deleted_ms integer  -- when a completed walk no longer found this person; history is kept
) strict;

create table subscriber_transitions (
    subscriber integer not null references subscribers,
    occurred_ms integer not null,
    status text not null,
    primary key (subscriber, occurred_ms, status)
) strict, without rowid;

create table subscriber_addresses (
    subscriber integer not null references subscribers,
    email text not null collate nocase,
    from_ms integer not null,  -- 0: since before anyone looked
    to_ms integer,             -- null: still theirs
    primary key (subscriber, email, from_ms)
) strict, without rowid;
create index subscriber_addresses_by_email on subscriber_addresses (email);

create table tags (
    id integer primary key,
    uuid blob unique check (length(uuid) = 16),  -- null: known from a subscriber's list of names alone
    name text not null unique,
    color text,
    description text,
    created_ms integer
) strict;

create table subscriber_tags (
    subscriber integer not null references subscribers,
    tag integer not null references tags,
    from_ms integer not null,  -- 0: already there when this person was first seen
    to_ms integer,             -- null: still there
    primary key (subscriber, tag, from_ms)
) strict, without rowid;

create table emails (
    id integer primary key,
    uuid blob not null unique check (length(uuid) = 16),
    subject text,
    status text,  -- null: named by an event, but in no list
    kind text,    -- public, premium, ... as the provider calls it
    source text,
    slug text,
    url text,
    issue integer,  -- the newsletter's own running number
    created_ms integer,
    published_ms integer,
    missing_ms integer,  -- when the provider said that it has no such email
    tracking_at_send integer check (tracking_at_send in (0, 1)),  -- the newsletter's switch, seen within a day of sending
    analytics text check (analytics is null or json_valid(analytics))               -- as the provider counts it, for comparison only
) strict;

create table links (
    id integer primary key,
    url text not null unique,
    normalised text not null  -- without campaign and click identifiers: one key per target
) strict;

create table agents (
    id integer primary key,
    os text not null,
    browser text not null,
    network_class text not null,      -- apple_relay, google_proxy, cloud, other; none: no address was given
    ranges_version integer not null,  -- of the range list that said so
    unique (os, browser, network_class, ranges_version)
) strict;

create table addresses (
    id integer primary key,
    address blob not null unique,  -- keyed hash; the address itself is never stored
    network blob not null          -- keyed hash of its /24 or /48
) strict;

create table details (
    id integer primary key,
    properties text not null unique check (json_valid(properties))  -- everything rarer, as canonical JSON
) strict;

create table event_kinds (
    id integer primary key,
    source text not null,
    family text not null,  -- the form of the id: ext_evt, em_evt, uuid, export, ...
    type text not null,    -- subscriber.opened, subscriber.clicked, ...
    unique (source, family, type)
) strict;

create table events (
    occurred_ms integer not null,
    id blob not null check (length(id) = 16),
    kind integer not null references event_kinds,
    subscriber integer references subscribers,
    email integer references emails,
    link integer references links,
    agent integer references agents,
    address integer references addresses,
    detail integer references details,
    primary key (occurred_ms, id)
) strict, without rowid;

-- An event that was met under two ids keeps the newer one; the older is remembered here, under its own time,
-- with the id that took its place (which may have been replaced in its turn).
create table event_aliases (
    occurred_ms integer not null,
    id blob not null check (length(id) = 16),
    family text not null,
    event_id blob not null check (length(event_id) = 16),
    primary key (occurred_ms, id)
) strict, without rowid;

create table sync_states (
    source text not null,
    stream text not null,
    cursor text not null check (json_valid(cursor)),
    primary key (source, stream)
) strict, without rowid;

-- What the feed said it holds when it was last walked, in total (email 0) and per email.
create table feed_counts (
    email integer primary key,
    feed_count integer not null,
    stored_count integer not null,
    checked_ms integer not null
) strict;

-- People met by the walk that is under way; empty between walks.
create table walk_subscribers (
    subscriber integer primary key references subscribers
) strict;

create table sync_runs (
    id text primary key,
    command text not null,
    started_ms integer not null,
    finished_ms integer not null,
    outcome text not null check (outcome in ('done', 'incomplete', 'failed')),
    counts text not null check (json_valid(counts))
) strict, without rowid;
create index sync_runs_by_start on sync_runs (started_ms);

create view event_log as
select
    lower(substr(hex(e.id), 1, 8) || '-' || substr(hex(e.id), 9, 4) || '-' || substr(hex(e.id), 13, 4)
        || '-' || substr(hex(e.id), 17, 4) || '-' || substr(hex(e.id), 21)) as event_id,
    k.source,
    k.type,
    strftime('%Y-%m-%dT%H:%M:%S', e.occurred_ms / 1000, 'unixepoch')
        || printf('.%03dZ', e.occurred_ms % 1000) as occurred_at,
    nullif(lower(substr(hex(s.uuid), 1, 8) || '-' || substr(hex(s.uuid), 9, 4) || '-' || substr(hex(s.uuid), 13, 4)
        || '-' || substr(hex(s.uuid), 17, 4) || '-' || substr(hex(s.uuid), 21)), '----') as subscriber_id,
    s.email as subscriber_email,
    nullif(lower(substr(hex(m.uuid), 1, 8) || '-' || substr(hex(m.uuid), 9, 4) || '-' || substr(hex(m.uuid), 13, 4)
        || '-' || substr(hex(m.uuid), 17, 4) || '-' || substr(hex(m.uuid), 21)), '----') as email_id,
    m.subject as email_subject,
    l.url,
    json_patch(
        coalesce(d.properties, '{}'),
        json_object(
            'os', nullif(g.os, ''),
            'browser', nullif(g.browser, ''),
            'network_class', nullif(g.network_class, 'none'),
            'address', nullif(lower(hex(a.address)), ''),
            'network', nullif(lower(hex(a.network)), ''))) as properties
from events as e
join event_kinds as k on k.id = e.kind
left join subscribers as s on s.id = e.subscriber
left join emails as m on m.id = e.email
left join links as l on l.id = e.link
left join agents as g on g.id = e.agent
left join addresses as a on a.id = e.address
left join details as d on d.id = e.detail;

-- The limits below cut nothing off: they keep SQLite from folding a view into a join, where it would be worked out
-- anew for every event.
create view subscriber_list as
select
    lower(substr(hex(s.uuid), 1, 8) || '-' || substr(hex(s.uuid), 9, 4) || '-' || substr(hex(s.uuid), 13, 4)
        || '-' || substr(hex(s.uuid), 17, 4) || '-' || substr(hex(s.uuid), 21)) as subscriber_id,
    s.email,
    s.name,
    s.status,
    s.source,
    strftime('%Y-%m-%dT%H:%M:%S', s.created_ms / 1000, 'unixepoch')
        || printf('.%03dZ', s.created_ms % 1000) as subscribed_at,
    (
        select json_group_array(name)
        from (
            select t.name
            from subscriber_tags as st
            join tags as t on t.id = st.tag
            where st.subscriber = s.id and st.to_ms is null
            order by t.name
        )
    ) as tags,
    strftime('%Y-%m-%dT%H:%M:%S', s.deleted_ms / 1000, 'unixepoch')
        || printf('.%03dZ', s.deleted_ms % 1000) as deleted_at
from subscribers as s
limit -1;

-- Whether an email was tracked is inferred: seen opens or clicks say yes; the newsletter's switch at the time
-- of sending says no; so does silence after enough deliveries (20 for opens, 300 for clicks, which are rarer)
-- and at least two days. Anything else is unknown, which is not the same as no.
create view email_list as
with seen as (
    select
        e.email,
        max(k.type = 'subscriber.opened') as opened,
        max(k.type = 'subscriber.clicked') as clicked
    from events as e
    join event_kinds as k on k.id = e.kind
    where e.email is not null and k.type in ('subscriber.opened', 'subscriber.clicked')
    group by e.email
),
horizon as (
    select max(occurred_ms) - 2 * 86400000 as settled_ms from events
),
facts as (
    select
        m.*,
        coalesce(seen.opened, 0) or coalesce(m.analytics ->> 'opens', 0) > 0 as opened,
        coalesce(seen.clicked, 0) or coalesce(m.analytics ->> 'clicks', 0) > 0 as clicked,
        case when m.published_ms < horizon.settled_ms then coalesce(m.analytics ->> 'deliveries', 0) else 0 end
            as settled_deliveries
    from emails as m
    cross join horizon
    left join seen on seen.email = m.id
)
select
    lower(substr(hex(f.uuid), 1, 8) || '-' || substr(hex(f.uuid), 9, 4) || '-' || substr(hex(f.uuid), 13, 4)
        || '-' || substr(hex(f.uuid), 17, 4) || '-' || substr(hex(f.uuid), 21)) as email_id,
    f.subject,
    f.status,
    strftime('%Y-%m-%dT%H:%M:%S', f.published_ms / 1000, 'unixepoch')
        || printf('.%03dZ', f.published_ms % 1000) as published_at,
    f.url,
    case
        when f.opened then 1
        when f.tracking_at_send = 0 or f.settled_deliveries >= 20 then 0
        else f.tracking_at_send
    end as opens_tracked,
    case
        when f.clicked then 1
        when f.tracking_at_send = 0 or f.settled_deliveries >= 300 then 0
        else f.tracking_at_send
    end as clicks_tracked,
    f.analytics
from facts as f
limit -1;
