-- Who asked not to be tracked, or once did, in the newer store and not (or not for as long) in this one.
update main.subscribers
set untracked_until_ms = n.untracked_until_ms
from newer.subscribers as n
where n.uuid = main.subscribers.uuid
    and n.untracked_until_ms > coalesce(main.subscribers.untracked_until_ms, 0)
