-- The new events that all runs tell of.
select coalesce(sum(counts ->> 'events_new'), 0)
from sync_runs
