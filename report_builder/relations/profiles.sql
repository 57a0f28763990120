-- One row per person, as of now: their standing, what the score is made of, recency and frequency in five steps each
-- (5 is best: an act at most 14, 30, 90, 180 days ago, or longer; something done with 80, 60, 40, 20 % of the last
-- $last_emails emails, or less), depth (the mean tenths of those of them they did something with), all null where fewer
-- than $minimum_emails could be measured; and their streaks: emails in a row, of those that could be measured, with
-- which they did something.
with here as (
    select subscriber_id, stage, stars, score, known_emails, last_ms
    from standings
    where step = 0
),
known as (
    select
        subscriber_id,
        email_id,
        sent_ms,
        case
            when replied_ms is not null then 10
            when clicked_ms is not null then 9
            when first_act_ms is not null then 5
            else 0
        end as tenths,
        case when sent_ms > $now_ms - $window_ms then 1 else 0 end as is_scored
    from sends
    where known_ms <= $now_ms
),
ranked as (
    select
        subscriber_id,
        tenths,
        is_scored,
        row_number() over (
            partition by subscriber_id order by sent_ms desc nulls last, email_id desc nulls last
        ) as place,
        sum(case when tenths = 0 then 1 else 0 end) over (
            partition by subscriber_id order by sent_ms desc nulls last, email_id desc nulls last
            rows between unbounded preceding and current row
        ) as unread_since
    from known
),
runs as (
    select subscriber_id, unread_since, count(*) as emails
    from ranked
    where tenths > 0
    group by subscriber_id, unread_since
),
unknown as (
    select subscriber_id, count(*) as emails
    from sends
    where is_tracked = 1 and (known_ms is null or known_ms > $now_ms) and sent_ms > $now_ms - $window_ms
    group by subscriber_id
),
streaks as (
    select
        subscriber_id,
        max(emails) as longest_streak,
        max(case when unread_since = 0 then emails else 0 end) as streak
    from runs
    group by subscriber_id
),
measured as (
    select
        subscriber_id,
        count(case when is_scored = 1 and tenths = 10 then 1 end) as scored_replies,
        count(case when is_scored = 1 and tenths = 9 then 1 end) as scored_clicks,
        count(case when is_scored = 1 and tenths = 5 then 1 end) as scored_opens,
        count(case when is_scored = 1 and tenths = 0 then 1 end) as scored_unread,
        count(case when place <= $last_emails then 1 end) as last_emails,
        count(case when place <= $last_emails and tenths > 0 then 1 end) as last_engaged,
        sum(case when place <= $last_emails then tenths else 0 end) as last_tenths
    from ranked
    group by subscriber_id
),
rated as (
    select
        h.subscriber_id,
        h.stage,
        h.stars,
        h.score,
        h.last_ms,
        cast(floor(cast($now_ms - h.last_ms as double) / 86400000e0) as bigint) as idle_days,
        case when m.last_emails >= $minimum_emails then m.last_emails end as last_emails,
        case when m.last_emails >= $minimum_emails then m.last_engaged end as last_engaged,
        case
            when m.last_emails >= $minimum_emails and m.last_engaged > 0
                then cast(m.last_tenths as double) / cast(m.last_engaged as double)
        end as depth,
        coalesce(m.scored_replies, 0) as scored_replies,
        coalesce(m.scored_clicks, 0) as scored_clicks,
        coalesce(m.scored_opens, 0) as scored_opens,
        coalesce(m.scored_unread, 0) as scored_unread,
        coalesce(u.emails, 0) as scored_unknown,
        coalesce(s.streak, 0) as streak,
        coalesce(s.longest_streak, 0) as longest_streak
    from here as h
    left join measured as m on m.subscriber_id = h.subscriber_id
    left join unknown as u on u.subscriber_id = h.subscriber_id
    left join streaks as s on s.subscriber_id = h.subscriber_id
)
select
    r.subscriber_id,
    r.stage,
    d.since_ms,
    d.is_reactivated,
    r.stars,
    r.score,
    r.last_ms,
    case
        when r.last_emails is null then null
        when r.idle_days <= 14 then 5
        when r.idle_days <= 30 then 4
        when r.idle_days <= 90 then 3
        when r.idle_days <= 180 then 2
        else 1
    end as recency_step,
    case
        when r.last_emails is null then null
        when 100 * r.last_engaged >= 80 * r.last_emails then 5
        when 100 * r.last_engaged >= 60 * r.last_emails then 4
        when 100 * r.last_engaged >= 40 * r.last_emails then 3
        when 100 * r.last_engaged >= 20 * r.last_emails then 2
        else 1
    end as frequency_step,
    r.last_emails,
    r.last_engaged,
    r.depth,
    r.scored_replies,
    r.scored_clicks,
    r.scored_opens,
    r.scored_unread,
    r.scored_unknown,
    r.streak,
    r.longest_streak
from rated as r
join stage_dates as d on d.subscriber_id = r.subscriber_id
