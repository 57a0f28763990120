-- A row is one status and how many people have it.
select status, count(*) as subscribers
from subscribers
group by status
order by subscribers desc nulls last, status nulls last
