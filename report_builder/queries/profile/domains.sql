-- A row is one mailbox domain (null: no address) and how many of those on the list today have it, most first.
select domain, count(*) as people
from subscribers
where is_active
group by domain
order by people desc nulls last, domain nulls last
