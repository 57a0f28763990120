-- One row per email that reached a person until now: when (it was delivered, else sent), and when that person first did
-- what with it. known_ms is the moment from which on it can be told whether they did: at once where opens were tracked
-- and no machine ever opened it or clicked in it, else with the first thing the person did. Null: never.
-- is_tracked = 1: opens or clicks were tracked.
select
    r.subscriber_id,
    r.email_id,
    coalesce(r.delivered_ms, e.sent_ms) as sent_ms,
    case
        when e.opens_tracked = 1 and r.machine_acts = 0 then coalesce(r.delivered_ms, e.sent_ms)
        else r.first_act_ms
    end as known_ms,
    case when e.opens_tracked = 1 or e.clicks_tracked = 1 then 1 else 0 end as is_tracked,
    r.first_act_ms,
    r.clicked_ms,
    r.replied_ms
from receipts as r
join email_results as e on e.email_id = r.email_id
where r.is_reached = 1 and coalesce(r.delivered_ms, e.sent_ms) <= $now_ms
