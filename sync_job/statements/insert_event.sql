insert or ignore into events (occurred_ms, id, kind, subscriber, email, link, agent, address, detail)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)
