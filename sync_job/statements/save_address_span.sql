insert into subscriber_addresses (subscriber, email, from_ms, to_ms) values (:subscriber, :email, :from_ms, :to_ms)
on conflict (subscriber, email, from_ms) do update set to_ms = excluded.to_ms
where subscriber_addresses.to_ms is not excluded.to_ms
