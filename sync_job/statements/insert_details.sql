insert into details (properties) values (?1)
