-- One row: how much a store holds, and when its first and its newest event happened.
select
    (select count(*) from events) as events,
    (select min(occurred_ms) from events) as first_ms,
    (select max(occurred_ms) from events) as newest_ms,
    (select count(*) from subscribers where deleted_ms is null) as people,
    (
        select count(*)
        from subscribers
        where deleted_ms is null
            and status in (
                'regular', 'premium', 'gifted', 'trialed', 'churned', 'churning', 'past_due', 'paused', 'unpaid',
                'upcoming'
            )
    ) as subscribed,
    (select count(*) from emails where published_ms is not null and status not in ('draft', 'scheduled')) as emails;
