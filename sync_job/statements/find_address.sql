select id from addresses where address = ?1 and ?2 is not null
