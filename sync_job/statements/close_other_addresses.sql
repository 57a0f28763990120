-- An address that was current and is no more, without the provider saying since when: until now.
update subscriber_addresses set to_ms = :now_ms
where subscriber = :subscriber and to_ms is null and email is not :email
