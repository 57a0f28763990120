-- One row per person to whom no event before that moment may be linked.
select uuid, untracked_until_ms from subscribers where untracked_until_ms is not null
