-- The address of someone without a listed history: theirs from the start, unless another was seen before it.
insert into subscriber_addresses (subscriber, email, from_ms)
select
    :subscriber,
    :email,
    case when exists (select 1 from subscriber_addresses where subscriber = :subscriber) then :now_ms else :from_ms end
where not exists (
    select 1 from subscriber_addresses where subscriber = :subscriber and email = :email and to_ms is null
)
