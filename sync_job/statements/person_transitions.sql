-- One row per change of status that the provider told of, oldest first.
select occurred_ms, status from subscriber_transitions where subscriber = :person order by occurred_ms, status
