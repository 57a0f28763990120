-- An address that a file knows somebody by; nothing if it is known to be, or to have been, theirs.
insert into subscriber_addresses (subscriber, email, from_ms, to_ms)
select :subscriber, :email, 0, :to_ms
where not exists (select 1 from subscriber_addresses where subscriber = :subscriber and email = :email)
