delete from details
where id in (select value from json_each(:details))
    and id not in (select detail from events where detail is not null)
