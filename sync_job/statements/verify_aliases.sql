-- Second ids whose event is not there, neither under that id nor under one that took its place.
select count(*)
from event_aliases
where event_id not in (select id from events union all select id from event_aliases)
