-- A row is one click that is part of a rush: several different links of one email, by one reader, in no time.
-- is_burst: more than a hand can do. is_coverage: nearly all links of the email, the one to unsubscribe included,
-- at once or in one sweep from one address. is_pair: two links at once, which is too fast for a hand but too little
-- to be sure.
with clicks as (
    select
        event_id, subscriber_id, email_id, address_id, occurred_ms, link_key,
        occurred_ms - occurred_ms % $slow_burst_ms as slot_ms
    from acts
    where is_click = 1 and subscriber_id is not null and email_id is not null and link_key is not null
),
email_links as (
    select email_id, count(distinct link_key) as links
    from clicks
    group by email_id
),
-- most readers follow one link: they need no closer look
busy as (
    select subscriber_id, email_id
    from clicks
    group by subscriber_id, email_id
    having min(link_key) < max(link_key)
),
candidates as (
    select c.event_id, c.subscriber_id, c.email_id, c.address_id, c.occurred_ms, c.link_key, c.slot_ms
    from clicks as c
    join busy as b on b.subscriber_id = c.subscriber_id and b.email_id = c.email_id
),
-- slots keep the join below small, even for one forwarded copy that thousands click in
slots as (
    select event_id, subscriber_id, email_id, occurred_ms, link_key, slot_ms
    from candidates
    union all
    select event_id, subscriber_id, email_id, occurred_ms, link_key, slot_ms - $slow_burst_ms as slot_ms
    from candidates
),
-- every click opens a window; these are the clicks within it
pairs as (
    select
        a.event_id as first_id, a.email_id, b.event_id, b.link_key,
        b.occurred_ms - a.occurred_ms as gap_ms
    from candidates as a
    join slots as b
        on b.subscriber_id = a.subscriber_id and b.email_id = a.email_id and b.slot_ms = a.slot_ms
    where b.occurred_ms >= a.occurred_ms and b.occurred_ms <= a.occurred_ms + $slow_burst_ms
),
reached as (
    select first_id, email_id, link_key, min(gap_ms) as gap_ms
    from pairs
    group by first_id, email_id, link_key
),
windows as (
    select
        first_id,
        email_id,
        count(*) filter (where gap_ms <= $burst_ms) as at_once,
        count(*) as soon,
        max(case when link_key = 0 and gap_ms <= $burst_ms then 1 else 0 end) as ending_at_once
    from reached
    group by first_id, email_id
),
-- how far each window is a rush of each kind; -1: not at all
rushes as (
    select
        w.first_id,
        case
            when w.soon >= $slow_burst_links then $slow_burst_ms
            when w.at_once >= $burst_links then $burst_ms
            else -1
        end as burst_ms,
        case
            when w.ending_at_once = 1 and w.at_once >= 2 and 100 * w.at_once >= $coverage_percent * n.links
            then $burst_ms
            else -1
        end as coverage_ms,
        case when w.at_once >= 2 then $burst_ms else -1 end as pair_ms
    from windows as w
    join email_links as n on n.email_id = w.email_id
),
marked as (
    select
        p.event_id,
        max(case when p.gap_ms <= r.burst_ms then 1 else 0 end) as is_burst,
        max(case when p.gap_ms <= r.coverage_ms then 1 else 0 end) as is_coverage,
        max(case when p.gap_ms <= r.pair_ms then 1 else 0 end) as is_pair
    from pairs as p
    join rushes as r on r.first_id = p.first_id
    group by p.event_id
),
-- a sweep goes on while the next click from the same address follows without a pause
steps as (
    select
        event_id, subscriber_id, email_id, address_id, occurred_ms, link_key,
        occurred_ms - lag(occurred_ms) over (
            partition by subscriber_id, email_id, address_id
            order by occurred_ms nulls last, event_id nulls last
        ) as pause_ms
    from candidates
),
-- no key is null; BigQuery knows no other place for nulls in a window with rows
numbered as (
    select
        event_id, subscriber_id, email_id, address_id, link_key,
        sum(case when pause_ms <= $pause_ms then 0 else 1 end) over (
            partition by subscriber_id, email_id, address_id
            order by occurred_ms nulls first, event_id nulls first
            rows between unbounded preceding and current row
        ) as sweep
    from steps
),
sweeps as (
    select
        s.subscriber_id, s.email_id, coalesce(s.address_id, 0) as address_id, s.sweep,
        count(distinct s.link_key) as swept
    from numbered as s
    group by s.subscriber_id, s.email_id, coalesce(s.address_id, 0), s.sweep
    having min(s.link_key) = 0 and count(distinct s.link_key) >= $coverage_links
),
swept as (
    select distinct n.event_id
    from numbered as n
    join sweeps as s
        on s.subscriber_id = n.subscriber_id and s.email_id = n.email_id
        and s.address_id = coalesce(n.address_id, 0) and s.sweep = n.sweep
    join email_links as l on l.email_id = s.email_id
    where 100 * s.swept >= $coverage_percent * l.links
)
select
    m.event_id,
    m.is_burst,
    case when s.event_id is not null then 1 else m.is_coverage end as is_coverage,
    m.is_pair
from marked as m
left join swept as s on s.event_id = m.event_id
where m.is_burst = 1 or m.is_coverage = 1 or m.is_pair = 1 or s.event_id is not null
