-- A row is one hour of the week (weekday 1 is Monday) in which people did something of this type; each person and
-- email counts once per hour.
with hourly as (
    select distinct weekday, hour, day, subscriber_id, email_id
    from human_acts
    where event_type = $event_type and day between $first_day and $last_day
)
select weekday, hour, count(*) as actions
from hourly
group by weekday, hour
order by weekday nulls last, hour nulls last
