-- A row is one month, numbered year * 12 + month, in which anybody came onto the list or left it: how many moves of
-- each kind. Moves on an unknown day are in none.
with dated as (
    select cast(extract(year from day) * 12 + extract(month from day) as bigint) as month, kind
    from moves
    where day is not null
)
select
    month,
    count(case when kind = 'joined' then 1 end) as joined,
    count(case when kind = 'returned' then 1 end) as returned,
    count(case when kind = 'unsubscribed' then 1 end) as unsubscribed,
    count(case when kind = 'undeliverable' then 1 end) as undeliverable,
    count(case when kind = 'complained' then 1 end) as complained,
    count(case when kind = 'removed' then 1 end) as removed
from dated
group by month
order by month nulls last
