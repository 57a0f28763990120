delete from main.addresses where id not in (select address from main.events where address is not null)
