-- A placeholder: somebody an event names, before (or without) any list naming them.
insert into subscribers (uuid) values (?1)
