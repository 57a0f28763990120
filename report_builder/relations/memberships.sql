-- One row per person and group that is compared with others. Empty: it is filled at run time, when the groups of the
-- report are known.
select cast(n as bigint) as group_id, cast(n as bigint) as subscriber_id
from numbers
where n < 0
