-- Imports that the newer store has had and this one has not.
select count(*)
from newer.sync_runs
where command = 'import' and id not in (select id from main.sync_runs)
