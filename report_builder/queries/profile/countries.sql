-- A row is one country (null: not known) and how many of those on the list today are there, most first.
select country, count(*) as people
from subscribers
where is_active
group by country
order by people desc nulls last, country nulls last
