-- What every query may read. Names are the business's own; times are milliseconds since 1970 (UTC);
-- days, weekdays (1 is Monday) and hours are the newsletter's own time zone's.

create table project (name varchar, value varchar);

create table subscribers (
    subscriber_id bigint,
    uuid varchar,
    email varchar,
    domain varchar,       -- of the address, in lower case
    name varchar,
    status varchar,       -- the provider's word; "deleted" and "unknown" are ours
    is_active boolean,    -- still gets emails
    source varchar,
    country varchar,
    referrer_url varchar,
    utm_source varchar,
    utm_campaign varchar,
    joined_ms bigint,     -- signed up
    joined_day date,
    confirmed_ms bigint,  -- came onto the list; null: never confirmed the address
    confirmed_day date,
    left_ms bigint,       -- null for the active, for those who never came, and for those who went we know not when
    left_day date,
    unsubscription_reason varchar,
    undeliverability_reason varchar,
    upgraded_ms bigint,
    churned_ms bigint,
    deleted_ms bigint,
    is_untracked boolean  -- asked not to be tracked: nothing they do is linked to them
);

create table subscriber_tags (subscriber_id bigint, tag varchar, from_ms bigint);
create table subscriber_addresses (subscriber_id bigint, address varchar, from_ms bigint, to_ms bigint);
-- is_receiving = 1: with this status people get emails.
create table subscriber_transitions (
    subscriber_id bigint, occurred_ms bigint, day date, status varchar, is_receiving integer
);

create table emails (
    email_id bigint,
    uuid varchar,
    subject varchar,
    status varchar,
    kind varchar,
    url varchar,
    published_ms bigint,
    published_day date,
    tracking_at_send integer,
    provider_recipients bigint,  -- null: the provider says nothing
    provider_deliveries bigint,
    provider_opens bigint,
    provider_clicks bigint,
    provider_unsubscriptions bigint,
    provider_bounces bigint,
    provider_hard_bounces bigint,
    provider_complaints bigint
);

-- One target has many spellings; host is the target's, without www., and null where it has none.
create table links (link_id bigint, url varchar, target varchar, host varchar);

create table agents (agent_id bigint, os varchar, browser varchar, network_class varchar);

-- Keyed hashes became numbers: the same address, the same network.
create table addresses (address_id bigint, network_id bigint);

create table events (
    event_id bigint,  -- in the order of time
    event_type varchar,
    occurred_ms bigint,
    day date,
    weekday tinyint,
    hour tinyint,
    subscriber_id bigint,
    email_id bigint,
    link_id bigint,
    agent_id bigint,
    address_id bigint,
    code varchar,     -- why it failed, in the provider's word; null for most
    content bigint    -- another number when the store says something else of it: id, details, agent, link
);

create table feed_counts (email_id bigint, feed_count bigint, stored_count bigint, checked_ms bigint);
create table sync_runs (
    run_id varchar, command varchar, started_ms bigint, finished_ms bigint, outcome varchar, counts varchar
);

-- 0, 1, 2, ... 999: what makes rows out of nothing.
create table numbers (n bigint);
