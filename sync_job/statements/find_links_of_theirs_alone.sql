-- One row per link that the given people followed, and that no event of anybody else or of nobody refers to.
select link
from events
where link in (select link from events where subscriber in (select value from json_each(:people)))
group by link
having count(*) = sum(coalesce(subscriber in (select value from json_each(:people)), 0))
