-- A row is a person who clicked a link, in whatever spelling: $value or $slashed is its address or what all its
-- spellings have in common, or $host is where it leads.
select distinct a.subscriber_id
from human_acts as a
join links as l on l.link_id = a.link_id
where
    a.event_type = 'subscriber.clicked' and a.subscriber_id is not null
    and (l.url in ($value, $slashed) or l.target in ($value, $slashed) or l.host = $host)
