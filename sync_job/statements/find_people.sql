-- One row per person with an address.
select id, uuid, email, created_ms, unsubscribed_ms, deleted_ms from subscribers where email is not null
