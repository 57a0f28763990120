-- One row per event that may yet learn whose it was, or of which email.
select id from events where subscriber is null or email is null limit ?
