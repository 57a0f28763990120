-- One row: all clicks between two days, both included: the people who clicked, their clicks, every click
-- there was, and the people who followed a link that ends the subscription or leads to its settings.
select
    count(distinct case when j.verdict = 'human' then e.subscriber_id end) as people,
    count(case when j.verdict = 'human' then 1 end) as clicks,
    count(*) as raw_clicks,
    count(distinct case when j.verdict = 'human' and n.link_id is not null then e.subscriber_id end) as ending_people
from events as e
join links as l on l.link_id = e.link_id
left join judged as j on j.event_id = e.event_id
left join endings as n on n.link_id = e.link_id
where e.event_type = 'subscriber.clicked' and e.day between $first_day and $last_day
