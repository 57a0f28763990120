update events
set subscriber = null, address = null, detail = null
where occurred_ms >= :since_ms and occurred_ms < :before_ms
    and (subscriber is not null or address is not null or detail is not null)
