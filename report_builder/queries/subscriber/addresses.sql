-- A row is one address of a person who has had more than one; the latest comes first.
select subscriber_id, address, from_ms, to_ms
from subscriber_addresses
where
    subscriber_id in (
        select subscriber_id
        from subscriber_addresses
        group by subscriber_id
        having count(*) > 1
    )
order by subscriber_id nulls last, from_ms desc nulls last, address nulls last
