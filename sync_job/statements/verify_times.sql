-- One row: how many events, sign-ups and runs have a time that cannot be.
select
    (select count(*) from events where occurred_ms not between :earliest_ms and :latest_ms),
    (select count(*) from subscribers where created_ms not between :earliest_ms and :latest_ms),
    (select count(*) from sync_runs where started_ms not between :earliest_ms and :latest_ms)
