-- A row is one move of one person onto the list or off it. kind is joined, returned, unsubscribed, undeliverable,
-- complained or removed, which is every other way to go; change is 1 or -1, and a person's changes add up to 1 for
-- whoever is on the list today, else to 0. day and occurred_ms are null where the day is unknown: of those who went
-- nobody knows when, and of a return or leaving that the other one's missing date makes doubtful.
with came as (
    select
        subscriber_id,
        status,
        is_active,
        confirmed_ms,
        case when is_active or left_day is not null then confirmed_ms end as joined_ms,
        case when is_active or left_day is not null then confirmed_day end as joined_day,
        left_ms,
        left_day
    from subscribers
    where confirmed_ms is not null or is_active
),
history as (
    select
        t.subscriber_id,
        t.occurred_ms,
        t.day,
        t.status,
        t.is_receiving as is_on
    from subscriber_transitions as t
    join came as c on c.subscriber_id = t.subscriber_id
    where t.occurred_ms > c.confirmed_ms
),
steps as (
    select
        subscriber_id,
        occurred_ms,
        day,
        status,
        is_on,
        lag(is_on) over (
            partition by subscriber_id
            order by occurred_ms nulls last, is_on nulls last, status nulls last
        ) as was_on
    from history
),
changes as (
    select
        subscriber_id,
        occurred_ms,
        day,
        status,
        is_on,
        row_number() over (
            partition by subscriber_id
            order by occurred_ms desc nulls last, is_on desc nulls last, status desc nulls last
        ) as from_last
    from steps
    where is_on <> coalesce(was_on, 1)
),
-- what was seen last, beside what is true today
ends as (
    select
        c.subscriber_id,
        c.status,
        c.is_active,
        c.left_ms,
        c.left_day,
        coalesce(l.is_on, 1) as last_on,
        case
            when c.is_active and l.is_on = 0 then 1
            when not c.is_active and l.is_on = 1 and c.left_ms < l.occurred_ms then 1
            else 0
        end as is_doubtful
    from came as c
    left join changes as l on l.subscriber_id = c.subscriber_id and l.from_last = 1
),
moves as (
    select subscriber_id, joined_ms as occurred_ms, joined_day as day, 'joined' as kind, 1 as change
    from came
    union all
    select
        c.subscriber_id,
        case when c.from_last > 1 or e.is_doubtful = 0 then c.occurred_ms end as occurred_ms,
        case when c.from_last > 1 or e.is_doubtful = 0 then c.day end as day,
        case
            when c.is_on = 1 then 'returned'
            when c.status in ('unsubscribed', 'undeliverable', 'complained') then c.status
            else 'removed'
        end as kind,
        2 * c.is_on - 1 as change
    from changes as c
    join ends as e on e.subscriber_id = c.subscriber_id
    union all
    select
        subscriber_id,
        case when is_doubtful = 0 then left_ms end as occurred_ms,
        case when is_doubtful = 0 then left_day end as day,
        case when status in ('unsubscribed', 'undeliverable', 'complained') then status else 'removed' end as kind,
        -1 as change
    from ends
    where not is_active and last_on = 1
    union all
    select subscriber_id, null as occurred_ms, null as day, 'returned' as kind, 1 as change
    from ends
    where is_active and last_on = 0
)
select subscriber_id, occurred_ms, day, kind, change
from moves
