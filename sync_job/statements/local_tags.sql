-- One row per tag of the owner's own, with how many people have it today.
select t.name, count(st.subscriber) as people, t.created_ms, t.description
from tags as t
left join subscriber_tags as st on st.tag = t.id and st.to_ms is null
where t.origin = 'local'
group by t.id
order by t.name
