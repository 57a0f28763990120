-- A row is one step of one of the $people people with the highest score in the period; a person has as many rows as
-- steps in which they did something. Score: 1 for each email opened, which a click or reply implies, and 3 more for
-- each email clicked.
with per_email as (
    select
        subscriber_id,
        email_id,
        max(case when event_type = 'subscriber.clicked' then 1 else 0 end) as clicked,
        max(occurred_ms) as last_ms
    from human_acts
    where day between $first_day and $last_day and email_id is not null and subscriber_id is not null
    group by subscriber_id, email_id
),
per_person as (
    select
        e.subscriber_id,
        count(*) + 3 * sum(e.clicked) as score,
        count(*) as opened,
        sum(e.clicked) as clicked,
        max(e.last_ms) as last_ms
    from per_email as e
    group by e.subscriber_id
),
ranked as (
    select
        subscriber_id,
        score,
        opened,
        clicked,
        last_ms,
        row_number() over (
            order by score desc nulls last, last_ms desc nulls last, subscriber_id nulls last
        ) as place
    from per_person
),
steps as (
    select
        r.place,
        cast(floor(cast(date_diff('day', cast($first_day as date), a.day) as double) / $days) as bigint) as step,
        count(*) as actions
    from ranked as r
    join human_acts as a on a.subscriber_id = r.subscriber_id
    where r.place <= $people and a.day between $first_day and $last_day
    group by
        r.place,
        cast(floor(cast(date_diff('day', cast($first_day as date), a.day) as double) / $days) as bigint)
)
select
    r.place,
    s.uuid,
    s.email,
    s.name,
    cast(r.score as bigint) as score,
    cast(r.opened as bigint) as opened,
    cast(r.clicked as bigint) as clicked,
    r.last_ms,
    st.step,
    st.actions
from ranked as r
join subscribers as s on s.subscriber_id = r.subscriber_id
join steps as st on st.place = r.place
order by r.place nulls last, st.step nulls last
