-- People's rights: who was erased, so that no source brings them back; and tags that are the owner's own.

create table tombstones (
    hash blob primary key check (length(hash) = 16),  -- keyed: of an id, or of an address; it tells neither
    erased_ms integer not null,
    is_final integer not null check (is_final in (0, 1))  -- 0: forgotten by age, and lifted when they are on the list again
) strict, without rowid;

-- Local tags are named local:... and are none of the provider's business: its lists neither add nor end them.
alter table tags add column origin text not null default 'provider' check (origin in ('provider', 'local'));
