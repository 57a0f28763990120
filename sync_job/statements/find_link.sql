select id from links where url = ?1 and ?2 is not null
