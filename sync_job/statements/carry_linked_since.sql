-- How far back the newer store unlinked events for their age, where this one did so less far or not at all.
insert into main.project_facts (name, value)
select name, value
from newer.project_facts
where name = 'linked_since_ms'
on conflict (name) do update set value = excluded.value
where cast(excluded.value as integer) > cast(project_facts.value as integer)
