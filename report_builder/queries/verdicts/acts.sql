-- A row is one open or click, with what its sender gave away and how long after the delivery it came.
-- link_key is the same for all spellings of a target; 0 is any link that ends the subscription, because those
-- often differ from reader to reader. agent_key is the same for one system and browser, whichever list of network
-- ranges was in force. waited_ms is null when no delivery is known.
with engaged as (
    select
        event_id, case when event_type = 'subscriber.clicked' then 1 else 0 end as is_click,
        occurred_ms, subscriber_id, email_id, link_id, agent_id, address_id
    from events
    where event_type in ('subscriber.opened', 'subscriber.clicked')
),
deliveries as (
    select subscriber_id, email_id, occurred_ms
    from events
    where event_type = 'subscriber.delivered' and subscriber_id is not null and email_id is not null
),
-- an email can reach somebody twice: the latest delivery before the act counts. Clocks of two servers differ a
-- little, so one that is dated just after the act will do when there is no other.
waits as (
    select
        g.event_id,
        coalesce(
            min(case when d.occurred_ms <= g.occurred_ms then g.occurred_ms - d.occurred_ms end),
            max(g.occurred_ms - d.occurred_ms)
        ) as waited_ms
    from engaged as g
    join deliveries as d on d.subscriber_id = g.subscriber_id and d.email_id = g.email_id
    where d.occurred_ms <= g.occurred_ms + $early_ms
    group by g.event_id
),
targets as (
    select target, min(link_id) as link_key
    from links
    group by target
),
keys as (
    select
        l.link_id,
        case when n.link_id is not null then 0 else t.link_key end as link_key
    from links as l
    join targets as t on t.target = l.target
    left join endings as n on n.link_id = l.link_id
),
origins as (
    select
        agent_id, network_class,
        min(agent_id) over (partition by os, browser, network_class) as agent_key,
        case
            when
                lower(os) in ('', 'unknown', 'other')
                and lower(browser) in ('', 'unknown', 'other', 'mozilla', 'mozilla/5.0')
            then 1
            else 0
        end as is_nameless,
        case
            when
                lower(browser) like '%bot%' or lower(browser) like '%crawl%' or lower(browser) like '%spider%'
                or lower(browser) like '%curl%' or lower(browser) like '%wget%'
                or lower(browser) like '%python%' or lower(browser) like '%headless%'
                or lower(browser) like '%http-client%' or lower(browser) like '%okhttp%'
                or lower(browser) like '%scanner%'
            then 1
            else 0
        end as is_robot,
        case when network_class = 'google_proxy' or lower(browser) like '%proxy%' then 1 else 0 end
            as is_image_proxy
    from agents
)
select
    g.event_id,
    g.is_click,
    g.occurred_ms,
    g.subscriber_id,
    g.email_id,
    k.link_key,
    o.agent_key,
    g.address_id,
    a.network_id,
    coalesce(o.network_class, 'none') as network_class,
    coalesce(o.is_nameless, 1) as is_nameless,
    coalesce(o.is_robot, 0) as is_robot,
    coalesce(o.is_image_proxy, 0) as is_image_proxy,
    w.waited_ms
from engaged as g
left join waits as w on w.event_id = g.event_id
left join keys as k on k.link_id = g.link_id
left join origins as o on o.agent_id = g.agent_id
left join addresses as a on a.address_id = g.address_id
