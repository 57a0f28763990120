-- One row per time that they had a tag, oldest first; 0 means since before anyone looked, null still.
select t.name as tag, t.origin, t.description, st.from_ms, st.to_ms
from subscriber_tags as st
join tags as t on t.id = st.tag
where st.subscriber = :person
order by st.from_ms, t.name
