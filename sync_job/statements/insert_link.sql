insert into links (url, normalised) values (?1, ?2)
