-- One row per column that refers to a person, but for that of the events, which stay.
select m.name as table_name, f."from" as column_name
from sqlite_schema as m
join pragma_foreign_key_list(m.name) as f
where m.type = 'table' and f."table" = 'subscribers' and m.name <> 'events'
order by m.name
