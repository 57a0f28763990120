delete from addresses
where id in (select value from json_each(:addresses))
    and id not in (select address from events where address is not null)
