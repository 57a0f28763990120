-- One row per person who ever got an email: when the first one reached them, and when the one with which they had got
-- $minimum_emails; null before that.
select
    subscriber_id,
    min(case when place = 1 then sent_ms end) as first_ms,
    min(case when place = $minimum_emails then sent_ms end) as settled_ms
from sends
where place in (1, $minimum_emails)
group by subscriber_id
