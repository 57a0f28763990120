update events set link = null where link in (select value from json_each(:links))
