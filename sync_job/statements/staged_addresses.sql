-- One row per address that events are staged for.
select distinct person from staged where person is not null
