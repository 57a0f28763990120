update events
set subscriber = null, address = null, detail = null
where subscriber in (select id from subscribers where untracked_until_ms = :always)
