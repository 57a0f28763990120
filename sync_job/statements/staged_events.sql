-- One row per staged event, by time, in the file's own order within it.
select
    occurred_ms, id, family, type, subscriber, email, url, os, browser, network_class, ranges_version,
    address, network, details, person
from staged
order by occurred_ms, place
