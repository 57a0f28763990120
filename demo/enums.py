"""The closed lists of values that the API checks its parameters against."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVENT_TYPES = _words("bounced clicked complained delivered opened rejected replied unsubscribed")
EVENT_EXPANSIONS = _words("automation subscriber email")
SUBSCRIBER_TYPES = _words(
    "blocked churned churning complained gifted past_due paused premium regular removed trialed unactivated"
    " undeliverable unpaid unsubscribed upcoming"
)
SUBSCRIBER_SOURCES = _words(
    "admin api carrd comment embedded_form form import memberful netlify organic patreon shopify stripe"
    " user zapier"
)
FAILURE_CODES = _words(
    "access_denied authentication_issue delivery_expired disabled does_not_exist domain_blocked"
    " email_blocked hard_bounce ip_blocked ip_undeliverable malformed on_esp_denylist other out_of_storage"
    " problematic_url rate_limited spam spf_failed transient unreachable"
)
EMAIL_STATUSES = _words(
    "about_to_send deleted draft errored imported in_flight managed_by_rss paused resending scheduled sent"
    " suppressed throttled transactional"
)
EMAIL_TYPES = _words("public private premium free churned archival")
EMAIL_SOURCES = _words("api app external_feed import smtp")
ARCHIVAL_MODES = _words("archive_only disabled enabled enabled_for_paid_subscribers enabled_for_subscribers")
EMAIL_ORDERINGS = frozenset(
    sign + name
    for sign in ("", "-")
    for name in _words(
        "creation_date status publish_date subject email_type modification_date clicks opens click_rate"
        " open_rate page_views_lifetime page_views_30 page_views_7 webmentions subscriptions"
        " paid_subscriptions unsubscriptions replies comments social_mentions permanent_failure_rate"
        " complaint_rate"
    )
)
VERSIONS = _words(
    "2024-07-01 2024-08-01 2024-08-15 2024-09-30 2024-12-30 2025-01-02 2025-05-19 2025-06-01 2026-01-01"
    " 2026-04-01"
)
WEBHOOK_STATUSES = _words("disabled enabled")
ATTEMPT_STATUSES = _words("failed successful unattempted")
WEBHOOK_TYPES = _words(
    "advertising_slot.inquiry advertising_slot.purchased automation.invoked"
    " bigcommerce.customer.created bigcommerce.customer.updated bigcommerce.order.created"
    " bigcommerce.order.updated date.day.started date.month.started date.week.started"
    " date.year.started email.created email.deleted email.send.started email.sent"
    " email.status.changed email.updated export.completed export.created export.failed"
    " external_feed_item.created firewall.blocked form.created form.deleted form.updated"
    " memberful.member.updated memberful.subscription.created memberful.subscription.deleted"
    " mention.created note.created note.deleted patreon.member.updated patreon.membership.created"
    " patreon.membership.deleted shopify.customer.created shopify.customer.updated"
    " social_mention.created stripe.checkout.session.completed stripe.customer.updated"
    " stripe.invoice.upcoming stripe.subscription.activated stripe.subscription.churning"
    " stripe.subscription.deactivated subscriber.activation_bounced subscriber.activation_clicked"
    " subscriber.activation_complained subscriber.activation_deferred"
    " subscriber.activation_delivered subscriber.activation_opened subscriber.activation_rejected"
    " subscriber.bounced subscriber.changed_email subscriber.churned subscriber.clicked"
    " subscriber.commented subscriber.complained subscriber.confirmed subscriber.created"
    " subscriber.deferred subscriber.deleted subscriber.delivered subscriber.opened subscriber.paid"
    " subscriber.paused subscriber.referred subscriber.referred.paid subscriber.rejected"
    " subscriber.replied subscriber.responded_to_survey subscriber.resumed subscriber.sent"
    " subscriber.tags.changed subscriber.trial_ended subscriber.trial_started"
    " subscriber.type.changed subscriber.unsubscribed subscriber.updated"
    " subscriber.viewed_checkout_page survey.cleared_responses survey.created survey.deleted"
    " survey.updated"
)
