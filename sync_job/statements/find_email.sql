select id from emails where uuid = ?1
