-- One row per change of a person's status that is known: the status from then on, and until when; to_ms is null for the
-- latest, which the person's own status may have outgrown. is_receiving = 1: a status with which emails are sent;
-- was_receiving is that of the change before, null for the first.
with sorted as (
    select
        subscriber_id,
        status,
        occurred_ms as from_ms,
        lead(occurred_ms) over (
            partition by subscriber_id order by occurred_ms nulls last, status nulls last
        ) as to_ms,
        is_receiving
    from subscriber_transitions
)
select
    subscriber_id,
    status,
    from_ms,
    to_ms,
    is_receiving,
    lag(is_receiving) over (
        partition by subscriber_id order by from_ms nulls last, status nulls last
    ) as was_receiving
from sorted
