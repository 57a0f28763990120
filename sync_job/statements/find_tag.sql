select id from tags where name = ?1
