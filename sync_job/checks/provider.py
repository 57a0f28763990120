"""Is the key good, is it that of this store, and does the newsletter track what we are to count?"""

from collections.abc import Iterator
from contextlib import closing

from shared.errors import RapportError
from sync_job.checks.finding import Finding, not_checked, ok, problem, warning
from sync_job.checks.subject import Subject, patient_api, patient_client
from sync_job.sources.buttondown.ids import spelled
from sync_job.sources.buttondown.parsers import parse_newsletter

TRACKING_FIX = (
    "Turn it on in Buttondown, Settings, Tracking (https://buttondown.com/settings/tracking); it counts from the "
    "next email on"
)
PERMISSION_FIX = "In Buttondown, Settings, API, give the key the permission for administrivia (read)"


def check_provider(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    if not settings.buttondown_api_key:
        if settings.is_local:
            yield problem(
                "key", "BUTTONDOWN_API_KEY is not set, so nothing new can be fetched", "rapport init"
            )
        else:
            yield not_checked("key", "BUTTONDOWN_API_KEY is not set here; the sync job has its own")
        yield not_checked("tracking", "without a key nobody can be asked")
        return
    with closing(patient_client(settings)) as client:
        try:
            api = patient_api(client)
            api.check_key()
            row = api.newsletter()
        except RapportError as error:
            yield problem("key", str(error), error.hint)
            yield not_checked("tracking", "the key must be accepted first")
            return
    if row is None or not row.get("id"):
        yield warning("key", "it is accepted, but does not say which newsletter it is for", PERMISSION_FIX)
        yield not_checked("tracking", "the key may not read the newsletter's settings", PERMISSION_FIX)
        return
    newsletter = parse_newsletter(row)
    known = subject.store.named if subject.store else {}
    if known.get("newsletter_id") not in (None, spelled(newsletter.uuid)):
        yield problem(
            "key",
            f"it is for the newsletter {newsletter.name!r}, but this store holds {known.get('newsletter_name')!r}",
            "Set BUTTONDOWN_API_KEY to the key of that newsletter, or RAPPORT_PROJECT to another name",
        )
    else:
        yield ok("key", f"it is accepted, and for the newsletter {newsletter.name!r}")
    if newsletter.tracking is None:
        yield not_checked("tracking", "Buttondown does not say whether it is on")
    elif newsletter.tracking:
        yield ok("tracking", "Buttondown tracks opens and clicks")
    else:
        yield problem("tracking", "it is off, so no open and no click will ever be known", TRACKING_FIX)
