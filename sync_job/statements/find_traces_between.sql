-- One row per combination of what linked events between two moments refer to.
select distinct address, detail, null as link
from events
where occurred_ms >= :since_ms and occurred_ms < :before_ms
    and (subscriber is not null or address is not null or detail is not null)
