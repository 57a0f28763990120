-- A row is one person with $least_acts acts or more: the hour of day (the newsletter's) in which they acted most often,
-- how often and of how many, and the site they clicked through to in most emails. An email counts once for each
-- hour of day and each site; ties go to the earlier hour and to the site that sorts first.
with hourly as (
    select distinct subscriber_id, hour, email_id
    from human_acts
    where subscriber_id is not null and email_id is not null
),
hours as (
    select
        subscriber_id,
        hour,
        count(*) as emails,
        sum(count(*)) over (partition by subscriber_id) as acts,
        row_number() over (partition by subscriber_id order by count(*) desc nulls last, hour nulls last) as place
    from hourly
    group by subscriber_id, hour
),
sited as (
    select distinct a.subscriber_id, l.host, a.email_id
    from human_acts as a
    join links as l on l.link_id = a.link_id
    where a.event_type = 'subscriber.clicked' and a.subscriber_id is not null and a.email_id is not null
        and l.host is not null
),
sites as (
    select
        subscriber_id,
        host,
        count(*) as emails,
        row_number() over (partition by subscriber_id order by count(*) desc nulls last, host nulls last) as place
    from sited
    group by subscriber_id, host
)
select
    h.subscriber_id,
    h.hour,
    h.emails as hour_acts,
    cast(h.acts as bigint) as acts,
    s.host,
    s.emails as host_emails
from hours as h
left join sites as s on s.subscriber_id = h.subscriber_id and s.place = 1
where h.place = 1 and h.acts >= $least_acts
order by h.subscriber_id nulls last
