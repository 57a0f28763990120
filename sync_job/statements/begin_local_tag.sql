-- From now on they have it; nothing if they have it already.
insert into subscriber_tags (subscriber, tag, from_ms)
select :subscriber, t.id, :now_ms
from tags as t
where t.name = :name
    and not exists (select 1 from subscriber_tags where subscriber = :subscriber and tag = t.id and to_ms is null)
on conflict (subscriber, tag, from_ms) do update set to_ms = null
