-- The tag was known by name alone; now it has an id.
update tags set uuid = :uuid
where name = :name and uuid is null and not exists (select 1 from tags as t where t.uuid = :uuid)
