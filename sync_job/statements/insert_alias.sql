insert or ignore into event_aliases (occurred_ms, id, family, event_id) values (?, ?, ?, ?)
