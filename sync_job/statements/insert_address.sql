insert into addresses (address, network) values (?1, ?2)
