update events
set subscriber = null, address = null, detail = null
where subscriber in (select value from json_each(:people))
