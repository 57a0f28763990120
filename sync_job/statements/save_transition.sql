insert or ignore into subscriber_transitions (subscriber, occurred_ms, status) values (?, ?, ?)
