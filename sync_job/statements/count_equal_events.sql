-- One row per person that has events like this one in the second that begins at :second, with how many.
select e.subscriber, count(*)
from events as e
join event_kinds as k on k.id = e.kind
where e.occurred_ms >= :second and e.occurred_ms < :second + 1000
    and k.type = :type
    and e.subscriber in (select value from json_each(:people))
    and ((:email is null and e.email is null) or e.email = (select id from emails where uuid = :email))
    and ((:url is null and e.link is null) or e.link = (select id from links where url = :url))
group by e.subscriber
