-- A row is one reason why emails did not arrive since $since_ms, in the provider's word, for good or for now: how many
-- failures, of how many people, in how many emails; the most frequent first.
select
    reason,
    is_permanent,
    count(*) as failures,
    count(distinct subscriber_id) as people,
    count(distinct email_id) as emails
from failures
where occurred_ms >= $since_ms and email_id is not null
group by reason, is_permanent
order by failures desc nulls last, reason nulls last, is_permanent nulls last
