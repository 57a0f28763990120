-- One row per person known from events alone.
select id, uuid from subscribers where status is null and deleted_ms is null order by id
