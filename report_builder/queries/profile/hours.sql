-- A row is one hour of the week (weekday 1 is Monday) in which anybody opened or clicked between two days, both
-- included: how many different people did.
select weekday, hour, count(distinct subscriber_id) as people
from human_acts
where event_type in ('subscriber.opened', 'subscriber.clicked') and day between $first_day and $last_day
group by weekday, hour
order by weekday nulls last, hour nulls last
