-- Events from before somebody allowed to be tracked again, of those who once asked not to be.
update main.events
set subscriber = null, address = null, detail = null
from main.subscribers as s
where s.id = main.events.subscriber and main.events.occurred_ms < s.untracked_until_ms
