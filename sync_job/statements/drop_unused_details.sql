delete from main.details where id not in (select detail from main.events where detail is not null)
