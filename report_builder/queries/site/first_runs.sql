-- One row: when the first import and the first sync that brought data ended; null where there was none.
select
    min(case when command = 'import' then finished_ms end) as import_ms,
    min(case when command = 'sync' then finished_ms end) as sync_ms
from sync_runs
where outcome in ('done', 'incomplete')
