-- A placeholder: an email that an event names, before (or without) any list naming it.
insert into emails (uuid) values (?1)
