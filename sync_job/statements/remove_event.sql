delete from events where occurred_ms = ? and id = ?
