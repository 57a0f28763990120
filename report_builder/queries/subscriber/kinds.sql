-- A row is one kind of event: its type and, of opens and clicks, the verdict on who made them and the reason.
select kind_id, event_type, verdict, reason
from kinds
order by kind_id nulls last
