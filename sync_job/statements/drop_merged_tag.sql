delete from tags where name = :name and uuid is null
