-- A row if an export could not name this person: known by an id alone, or gone.
select 1 from subscribers where id = ?1 and (email is null or (status is not null and deleted_ms is not null))
