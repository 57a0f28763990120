select id from agents where os = ?1 and browser = ?2 and network_class = ?3 and ranges_version = ?4
