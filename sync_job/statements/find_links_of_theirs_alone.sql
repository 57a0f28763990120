-- One row per given link that no event refers to but those of the given people.
select link
from events
where link in (select value from json_each(:links))
group by link
having count(*) = sum(coalesce(subscriber in (select value from json_each(:people)), 0))
