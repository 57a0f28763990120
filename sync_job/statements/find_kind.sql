select id from event_kinds where source = ?1 and family = ?2 and type = ?3
