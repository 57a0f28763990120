-- One row per bounce or rejection of an email: the reason in the provider's word; is_permanent = 1 where no later
-- email will arrive there either. Where the provider gives no reason its type says it: a rejection is for good, a
-- bounce for now.
select
    event_id,
    email_id,
    subscriber_id,
    occurred_ms,
    day,
    coalesce(code, 'unknown') as reason,
    case
        when code in ('hard_bounce', 'does_not_exist', 'disabled', 'malformed', 'unreachable') then 1
        when code is null or code = 'other' then case when event_type = 'subscriber.rejected' then 1 else 0 end
        else 0
    end as is_permanent
from events
where event_type in ('subscriber.bounced', 'subscriber.rejected')
