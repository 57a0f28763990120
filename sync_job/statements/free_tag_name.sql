-- A name that now belongs to another tag: its former owner steps aside, keeping its history.
update tags set name = name || ' (' || id || ')'
where name = :name and uuid is not null and uuid <> :uuid
