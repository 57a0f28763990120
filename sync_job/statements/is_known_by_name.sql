-- A row if this person is known by more than an id.
select 1 from subscribers where uuid = ?1 and email is not null
