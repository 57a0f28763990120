-- A row is a dimension table, with how many of its rows no event uses.
select 'links', count(*) from links where id not in (select link from events where link is not null)
union all
select 'agents', count(*) from agents where id not in (select agent from events where agent is not null)
union all
select 'addresses', count(*) from addresses where id not in (select address from events where address is not null)
union all
select 'details', count(*) from details where id not in (select detail from events where detail is not null)
union all
select 'kinds of events', count(*) from event_kinds where id not in (select kind from events)
