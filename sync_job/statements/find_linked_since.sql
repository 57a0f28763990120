-- A row if retention has unlinked events: those before that moment are linked to nobody again.
select cast(value as integer) from project_facts where name = 'linked_since_ms'
