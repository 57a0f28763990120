-- One row per combination of what the events of the given people refer to.
select distinct address, detail, link from events where subscriber in (select value from json_each(:people))
