-- The people of a tag that was known by name alone, when that name turns out to be a known tag's new one.
update or replace subscriber_tags set tag = (select id from tags where uuid = :uuid)
where tag = (select id from tags where name = :name and uuid is null)
