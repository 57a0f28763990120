-- One row per email known from events alone.
select id, uuid from emails where status is null and missing_ms is null order by id
