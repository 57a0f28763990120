-- One row per tag of the provider's that any of the given subscribers has now.
select st.subscriber, t.name
from json_each(:subscribers) as s
join subscriber_tags as st on st.subscriber = s.value
join tags as t on t.id = st.tag
where st.to_ms is null and t.origin = 'provider'
