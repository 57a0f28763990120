-- One row per bounce or rejection of an email: the code says why, in the provider's word, and is_permanent = 1 that
-- no later email will arrive there either. Where the code says nothing, the provider's types do: a rejection is
-- for good, a bounce for now.
select
    event_id,
    email_id,
    subscriber_id,
    occurred_ms,
    day,
    coalesce(code, 'unknown') as code,
    case
        when code in ('hard_bounce', 'does_not_exist', 'disabled', 'malformed', 'unreachable') then 1
        when code is null or code = 'other' then case when event_type = 'subscriber.rejected' then 1 else 0 end
        else 0
    end as is_permanent
from events
where event_type in ('subscriber.bounced', 'subscriber.rejected')
