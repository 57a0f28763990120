"""What a first report says at once, in a sentence each: shown on the overview for a week after the first sync."""

from collections.abc import Iterator, Sequence

from report_builder import wording
from report_builder.clock import DAY_MS
from report_builder.rows import ClickedLink, EmailResult, FilteredTotal, Person, StageCount
from report_builder.views.emails import best_email, email_path, subject_of, tracking
from report_builder.views.filtered import left_out
from report_builder.views.overview import Finding
from report_builder.views.overview_lists import link_label
from report_builder.views.people import name_of

DAYS = 7
NAMED = 3  # people or links in a sentence


def is_first_week(first_sync_ms: int | None, now_ms: int) -> bool:
    return first_sync_ms is not None and now_ms < first_sync_ms + DAYS * DAY_MS


def first_findings(
    persons: Sequence[Person],
    emails: Sequence[EmailResult],
    links: Sequence[ClickedLink],
    judged: Sequence[FilteredTotal],
    stages: Sequence[StageCount],
) -> Iterator[Finding]:
    """`persons` and `links` come best first, `emails` latest first; what cannot be said is left out."""
    yield from _readers(persons)
    if best := best_email(emails):
        rate, email = best
        text = f"Your best email lately: “{subject_of(email)}”, with a human click rate of {wording.percent(rate)}."
        yield Finding(text, "This email", email_path(email))
    yield from _links(links)
    yield from _machines(judged)
    fading = sum(row.people for row in stages if row.step == 0 and row.stage == "cooling")
    if fading:
        verb = "is" if fading == 1 else "are"
        text = f"{wording.people(fading)} {verb} fading: last seen 31 to 90 days ago, and worth a word soon."
        yield Finding(text, "Engagement", "engagement.html")
    if gaps := tracking(emails):
        yield Finding(gaps, "Emails", "emails.html")


def _readers(persons: Sequence[Person]) -> Iterator[Finding]:
    best = [p for p in persons if p.is_active and p.score][:NAMED]
    if best:
        names = wording.listed([name_of(p.name, p.email, p.uuid).main for p in best])
        who = "The highest engagement score has" if len(best) == 1 else "The highest engagement scores have"
        yield Finding(f"{who} {names}.", "Subscribers", "subscribers.html")


def _links(links: Sequence[ClickedLink]) -> Iterator[Finding]:
    best = [link for link in links if link.people and not link.is_ending][:NAMED]
    if best:
        said = wording.listed([_place(link) for link in best])
        text = f"Clicked by the most people in the last 52 weeks: {said}."
        yield Finding(text, "Links", "links.html")


def _machines(judged: Sequence[FilteredTotal]) -> Iterator[Finding]:
    shares = [
        f"{wording.percent(part / total)} of all {act}s"
        for act in ("open", "click")
        for part, total in [left_out(judged, act)]
        if part
    ]
    if shares:
        text = f"{wording.listed(shares)} came from machines, or not surely from people: they are in no figure here."
        yield Finding(text[0].upper() + text[1:], "Status", "status.html")


def _place(link: ClickedLink) -> str:
    label, host = link_label(link.target)
    return f"{wording.shortened(label, 50)}{f' ({host})' if host else ''}"
