-- A row is one link that somebody clicked.
select link_id, url
from links
order by link_id
