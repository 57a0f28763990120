select id from details where properties = ?1
