-- A row is one of the last ten runs of the sync, latest first.
select run_id, command, started_ms, finished_ms, outcome, counts
from sync_runs
order by started_ms desc nulls last, run_id nulls last
limit 10
