"""The source as the job sees it: who is it, then its lists, then its events."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from shared.errors import ForeignDataError, SourceError, SourceIncomplete, SourceRefused
from sync_job.consent import apply_consent
from sync_job.exports.adoption import adopt
from sync_job.network import AddressHider
from sync_job.privacy.erasure import erase_met
from sync_job.privacy.retention import apply_retention
from sync_job.session import Session
from sync_job.sources.buttondown.api import ButtondownApi
from sync_job.sources.buttondown.drift import check_drift
from sync_job.sources.buttondown.event_feed import EventFeed
from sync_job.sources.buttondown.event_parser import EventParser
from sync_job.sources.buttondown.event_range import walk_range
from sync_job.sources.buttondown.hints import Hints
from sync_job.sources.buttondown.ids import canonical_id, spelled
from sync_job.sources.buttondown.pages import PageWalk
from sync_job.sources.buttondown.parsers import parse_email, parse_newsletter, parse_tag
from sync_job.sources.buttondown.people import IDS_PER_REQUEST, PeopleList, batches
from sync_job.statements import statement
from sync_job.times import DAY_MS, midnight_ms

TAG_PAGE_SIZES = (1000, 100)
UTC = "Etc/UTC"


class ButtondownSource:
    name = "buttondown"

    def __init__(self, api: ButtondownApi, hider: AddressHider) -> None:
        self._api = api
        self._hider = hider

    def sync(self, session: Session) -> None:
        """One stream after the other; one that fails is noted, and the others still keep what they get."""
        session.store.tombstones.open(self._hider)
        try:
            self._api.check_key()
            self._recognise(session)
            self._sync_streams(session)
        finally:
            session.counts.requests = self._api.client.requests
            session.counts.retries = self._api.client.retries
        if session.counts.events_refused:
            refused = session.counts.events_refused
            session.problem(SourceIncomplete(f"{refused} events came without an id or a readable date"))

    def _sync_streams(self, session: Session) -> None:
        parser = EventParser(self._hider, session.counts)
        hints = Hints(session)
        people = PeopleList(self._api, session, hints)
        feed = EventFeed(self._api, parser, session)
        steps: list[Callable[[], None]] = [
            lambda: self._sync_tags(session),
            lambda: self._sync_emails(session),
            people.read_hints,
            people.sync,
            people.ask_hinted,
            lambda: apply_consent(session),
            lambda: self._sync_events(session, feed),
            people.hydrate,
            lambda: self._hydrate_emails(session),
            lambda: adopt(session),
        ]
        if session.plan.is_scheduled or session.plan.full:
            steps.append(lambda: check_drift(feed))
        steps += [lambda: erase_met(session), lambda: apply_retention(session)]
        for step in steps:
            try:
                step()
            except SourceRefused as error:
                if error.status == 401:
                    raise
                session.problem(error)
            except SourceError as error:
                session.problem(error)
        hints.settle()

    def _recognise(self, session: Session) -> None:
        """A store belongs to one newsletter; the key of another is refused before anything is written."""
        row = self._api.newsletter()
        store = session.store
        if row is None:
            if store.fact("newsletter_id"):
                raise SourceRefused(
                    "this key may not say which newsletter it is for, and the store belongs to one",
                    status=403,
                    hint="In Buttondown, Settings, API, give the key the permission for administrivia (read).",
                )
            return
        newsletter = parse_newsletter(row)
        given, known = spelled(newsletter.uuid), store.fact("newsletter_id")
        if known not in (None, given):
            raise ForeignDataError(
                f"this key is for the newsletter {newsletter.name!r}, "
                f"but the store holds {store.fact('newsletter_name')!r}",
                hint="Use the key of that newsletter, or set RAPPORT_PROJECT to another name for the new one.",
            )
        with store.transaction():
            store.set_fact("newsletter_id", given)
            store.set_fact("newsletter_name", newsletter.name)
            store.set_fact("time_zone", newsletter.time_zone)
            if newsletter.tracking is not None:
                store.set_fact("tracking", "on" if newsletter.tracking else "off")
            if newsletter.locale:
                store.set_fact("locale", newsletter.locale)

    def _sync_tags(self, session: Session) -> None:
        for page in PageWalk(self._api, session.counts, "tags", [], sizes=TAG_PAGE_SIZES):
            with session.store.transaction():
                session.store.subscribers.save_tags(
                    parse_tag(row) for row in page.rows if row.get("id") and row.get("name")
                )

    def _sync_emails(self, session: Session) -> None:
        """All of them, every time: their counts change without a date that says so."""
        params = [("ordering", "creation_date"), ("excluded_fields", "body")]
        tracking = session.store.fact("tracking")
        with session.log.progress("emails") as progress:
            for page in PageWalk(self._api, session.counts, "emails", params):
                with session.store.transaction():
                    session.store.emails.save(
                        parse_email(row, session.counts) for row in page.rows if row.get("id")
                    )
                    session.store.emails.note_tracking(
                        tracking == "on" if tracking else None, session.now_ms()
                    )
                progress(page.end, page.count)
                session.checkpoint()

    def _sync_events(self, session: Session, feed: EventFeed) -> None:
        plan = session.plan
        if not plan.is_range:
            feed.sync()
            return
        zone = _known_zone(session)
        since_ms = midnight_ms(plan.since or date(1970, 1, 1), zone)
        until_ms = midnight_ms(plan.until, zone) if plan.until else session.now_ms() + DAY_MS
        walk_range(feed, since_ms, until_ms)

    def _hydrate_emails(self, session: Session) -> None:
        """Emails that events name but the list did not: asked for once, then known to be missing."""
        unknown = session.store.database.execute(statement("placeholder_emails")).fetchall()
        for batch in batches(unknown, IDS_PER_REQUEST):
            wanted = {uuid: key for key, uuid in batch}
            rows = list(
                self._api.by_ids("emails", [spelled(uuid) for uuid in wanted], [("excluded_fields", "body")])
            )
            found = {canonical_id(str(row.get("id"))).uuid for row in rows}
            if found - wanted.keys():
                raise SourceIncomplete("emails does not filter by ids= as documented")
            missing = [key for uuid, key in wanted.items() if uuid not in found]
            with session.store.transaction():
                session.store.emails.save(parse_email(row, session.counts) for row in rows)
                session.store.emails.mark_missing(missing, session.now_ms())


def _known_zone(session: Session) -> str:
    zone = session.store.fact("time_zone") or UTC
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        session.log.warning(f"the newsletter's time zone {zone!r} is not known here: days are those of {UTC}")
        return UTC
