insert into event_kinds (source, family, type) values (?1, ?2, ?3)
