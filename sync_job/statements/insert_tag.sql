-- A tag that a subscriber carries before (or without) any list naming it.
insert into tags (name) values (?1)
