-- One row per time that an address was theirs, oldest first; 0 means since before anyone looked, null still.
select email, from_ms, to_ms from subscriber_addresses where subscriber = :person order by from_ms, email
