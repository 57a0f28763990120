-- Writes only what differs, so that a walk that finds nothing new changes nothing; someone seen again is back.
insert into subscribers (
    uuid,
    email, name, status, source, created_ms, country, referrer_url, utm_source, utm_medium, utm_campaign,
    form_id, import_id, unsubscribed_ms, unsubscription_reason, upgraded_ms, churned_ms, bounced_ms,
    bounce_reason, undeliverable_ms, undeliverability_reason, metadata
)
values (
    :uuid,
    :email, :name, :status, :source, :created_ms, :country, :referrer_url, :utm_source, :utm_medium,
    :utm_campaign, :form_id, :import_id, :unsubscribed_ms, :unsubscription_reason, :upgraded_ms,
    :churned_ms, :bounced_ms, :bounce_reason, :undeliverable_ms, :undeliverability_reason, :metadata
)
on conflict (uuid) do update set
    email = excluded.email, name = excluded.name, status = excluded.status, source = excluded.source,
    created_ms = excluded.created_ms, country = excluded.country, referrer_url = excluded.referrer_url,
    utm_source = excluded.utm_source, utm_medium = excluded.utm_medium,
    utm_campaign = excluded.utm_campaign, form_id = excluded.form_id, import_id = excluded.import_id,
    unsubscribed_ms = excluded.unsubscribed_ms, unsubscription_reason = excluded.unsubscription_reason,
    upgraded_ms = excluded.upgraded_ms, churned_ms = excluded.churned_ms, bounced_ms = excluded.bounced_ms,
    bounce_reason = excluded.bounce_reason, undeliverable_ms = excluded.undeliverable_ms,
    undeliverability_reason = excluded.undeliverability_reason, metadata = excluded.metadata,
    deleted_ms = null
where
    subscribers.email is not excluded.email
    or subscribers.name is not excluded.name
    or subscribers.status is not excluded.status
    or subscribers.source is not excluded.source
    or subscribers.created_ms is not excluded.created_ms
    or subscribers.country is not excluded.country
    or subscribers.referrer_url is not excluded.referrer_url
    or subscribers.utm_source is not excluded.utm_source
    or subscribers.utm_medium is not excluded.utm_medium
    or subscribers.utm_campaign is not excluded.utm_campaign
    or subscribers.form_id is not excluded.form_id
    or subscribers.import_id is not excluded.import_id
    or subscribers.unsubscribed_ms is not excluded.unsubscribed_ms
    or subscribers.unsubscription_reason is not excluded.unsubscription_reason
    or subscribers.upgraded_ms is not excluded.upgraded_ms
    or subscribers.churned_ms is not excluded.churned_ms
    or subscribers.bounced_ms is not excluded.bounced_ms
    or subscribers.bounce_reason is not excluded.bounce_reason
    or subscribers.undeliverable_ms is not excluded.undeliverable_ms
    or subscribers.undeliverability_reason is not excluded.undeliverability_reason
    or subscribers.metadata is not excluded.metadata
    or subscribers.deleted_ms is not null
