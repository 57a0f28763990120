-- One row: how many clicks there are, whoever made them, and how many opens and clicks by people.
with clicked as (
    select count(*) as clicks
    from events
    where event_type = 'subscriber.clicked'
),
acted as (
    select count(*) as acts
    from human_acts
    where event_type in ('subscriber.opened', 'subscriber.clicked')
)
select c.clicks, a.acts
from clicked as c
cross join acted as a
