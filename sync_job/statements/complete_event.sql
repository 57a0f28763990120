-- A known event may learn whose it was and of which email; a null never overwrites what is known.
update events
set subscriber = coalesce(subscriber, :subscriber), email = coalesce(email, :email)
where occurred_ms = :occurred_ms and id = :id
    and ((subscriber is null and :subscriber is not null) or (email is null and :email is not null))
