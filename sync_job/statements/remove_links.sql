delete from links where id in (select value from json_each(:links))
