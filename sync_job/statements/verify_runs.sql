-- One row: the new events that all runs tell of, and how many runs may have removed events on purpose.
select
    coalesce(sum(counts ->> 'events_new'), 0),
    count(*) filter (where command not in ('sync', 'import', 'restore'))
from sync_runs
