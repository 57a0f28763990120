-- One row per person whose id may have been made from their address (a UUID of version 5).
select id, uuid, email from subscribers where substr(hex(uuid), 13, 1) = '5' and email is not null
