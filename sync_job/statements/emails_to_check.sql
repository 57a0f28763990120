-- One row per email that was sent and not looked at since then, newest first.
select m.id, m.uuid
from emails as m
left join feed_counts as f on f.email = m.id
where coalesce(f.checked_ms, 0) < :since_ms
    and (m.published_ms is not null or m.status is null)
order by coalesce(m.published_ms, 0) desc, m.id desc
limit :most
