-- One row: people who came onto the list or left it on a day that is not known.
select count(distinct subscriber_id) as people
from moves
where day is null
