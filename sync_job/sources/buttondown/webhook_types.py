"""What the types of Buttondown's webhooks mean for a sync."""

DELETED = "subscriber.deleted"
# What is stored of a person may have changed: worth asking for them again.
OF_PEOPLE = frozenset(
    f"subscriber.{name}"
    for name in (
        "activation_bounced activation_complained activation_rejected bounced changed_email churned complained"
        " confirmed created deleted paid paused rejected resumed tags.changed trial_ended trial_started type.changed"
        " unsubscribed updated"
    ).split()
)
# Nothing to ask for: the feed of events and the list of emails are read by every run, and tell it with its time.
OF_THE_LISTS = frozenset(
    f"subscriber.{name}"
    for name in (
        "activation_clicked activation_deferred activation_delivered activation_opened clicked commented deferred"
        " delivered opened referred referred.paid replied responded_to_survey sent viewed_checkout_page"
    ).split()
)
OTHER_FAMILIES = frozenset(
    "advertising_slot automation bigcommerce date email export external_feed_item firewall form memberful mention note"
    " patreon shopify social_mention stripe survey".split()
)


def is_known(event_type: str) -> bool:
    return event_type in OF_PEOPLE | OF_THE_LISTS or event_type.partition(".")[0] in OTHER_FAMILIES


def is_about_a_person(event_type: str) -> bool:
    """An unknown type counts: asking for somebody once more than needed does no harm."""
    return event_type in OF_PEOPLE or not is_known(event_type)
