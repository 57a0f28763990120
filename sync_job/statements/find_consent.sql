-- One row per person who asks not to be tracked, or did: until when nothing is linked, and whether they ask now.
with asking as (
    select st.subscriber
    from subscriber_tags as st
    join tags as t on t.id = st.tag
    where t.name = :key and st.to_ms is null
    union
    select id
    from subscribers
    where coalesce(metadata ->> :path, '') not in ('', '0', 'false', 'no', 'off', 'null')
)
select s.id, s.untracked_until_ms, s.id in (select subscriber from asking) as is_asking
from subscribers as s
where s.untracked_until_ms is not null or s.id in (select subscriber from asking)
order by s.id
