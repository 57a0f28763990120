-- One row per person who ever got an email: when the first one reached them, and when the one with which they had got
-- $minimum_emails; null before that.
with numbered as (
    select
        subscriber_id,
        sent_ms,
        -- emails of the same moment share it, whichever of them comes first
        row_number() over (partition by subscriber_id order by sent_ms nulls last) as place
    from sends
)
select
    subscriber_id,
    min(case when place = 1 then sent_ms end) as first_ms,
    min(case when place = $minimum_emails then sent_ms end) as settled_ms
from numbered
where place in (1, $minimum_emails)
group by subscriber_id
