select id from subscribers where uuid = ?1
