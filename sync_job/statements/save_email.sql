-- Writes only what differs, so that a walk that finds nothing new changes nothing.
insert into emails (
    uuid,
    subject, status, kind, source, slug, url, issue, created_ms, published_ms, analytics
)
values (
    :uuid,
    :subject, :status, :kind, :source, :slug, :url, :issue, :created_ms, :published_ms, :analytics
)
on conflict (uuid) do update set
    subject = excluded.subject, status = excluded.status, kind = excluded.kind, source = excluded.source,
    slug = excluded.slug, url = excluded.url, issue = excluded.issue, created_ms = excluded.created_ms,
    published_ms = excluded.published_ms, analytics = excluded.analytics,
    missing_ms = null
where
    emails.subject is not excluded.subject
    or emails.status is not excluded.status
    or emails.kind is not excluded.kind
    or emails.source is not excluded.source
    or emails.slug is not excluded.slug
    or emails.url is not excluded.url
    or emails.issue is not excluded.issue
    or emails.created_ms is not excluded.created_ms
    or emails.published_ms is not excluded.published_ms
    or emails.analytics is not excluded.analytics
    or emails.missing_ms is not null
