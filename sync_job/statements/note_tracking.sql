-- The newsletter's switch, remembered for what was sent within the last day: it says nothing of older emails.
update emails set tracking_at_send = :tracking
where published_ms between :now_ms - 86400000 and :now_ms and tracking_at_send is null
