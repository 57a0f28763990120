create table staged (
    occurred_ms integer not null,
    place integer not null,  -- in the file
    id blob,                 -- null: the row has none
    family text not null,
    type text not null,
    subscriber blob,
    email blob,
    url text,
    os text,
    browser text,
    network_class text,
    ranges_version integer,
    address blob,
    network blob,
    details text,
    person text              -- their email address, where the row gives no id of theirs
) strict
