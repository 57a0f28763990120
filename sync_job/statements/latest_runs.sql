-- A row is one of the latest runs that left a trace in the store, the latest first.
select id, command, started_ms, finished_ms, outcome, counts
from sync_runs
order by started_ms desc, id
limit 11;
