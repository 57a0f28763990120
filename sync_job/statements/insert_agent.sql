insert into agents (os, browser, network_class, ranges_version) values (?1, ?2, ?3, ?4)
