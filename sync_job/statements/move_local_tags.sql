-- The owner's own tags of somebody known by an address alone go on with the real person.
update or ignore subscriber_tags set subscriber = (select id from subscribers where uuid = :uuid)
where subscriber = :subscriber and tag in (select id from tags where origin = 'local')
