-- A row is one link that somebody clicked; without the marks of a campaign, so that following it counts for nobody.
select link_id, target as url
from links
order by link_id nulls last
