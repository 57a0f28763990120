"""The report's own data, published beside its pages: JSON with a version, for people who go on from here.

Every file has `version`, which changes when a field changes its meaning or goes, and `kind`. Rates are shares
between 0 and 1, null where they could not be measured or too few people stand behind them; times are ISO 8601 in
the newsletter's time zone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from report_builder.clock import Clock
from report_builder.conventions import ENGLISH, written_as
from report_builder.rows import AudienceStep, EmailResult, EventTypeCount, FilteredTotal, Step, Totals
from report_builder.verdicts import RULE_VERSION
from report_builder.views.emails import email_path, subject_of
from report_builder.views.notes import Annotation
from report_builder.views.overview import DOING_WELL, Insight
from report_builder.views.periods import Period
from report_builder.views.rates import click_rate, click_to_open, pooled_opens
from shared.alerts import Facts, alerts

VERSION = 3  # 2: opens and clicks are people's; 3: a person's score is the engagement score


def json_bytes(kind: str, **content: Any) -> bytes:
    return orjson.dumps({"version": VERSION, "kind": kind, **content}, option=orjson.OPT_NON_STR_KEYS)


def overview_data(
    period: Period, now: Totals, before: Totals | None, steps: Sequence[Step], audience: Sequence[AudienceStep],
    active: int, emails: Sequence[EmailResult], insights: Sequence[Insight],
    notes: Sequence[Annotation], clock: Clock,
) -> bytes:  # fmt: skip
    acted = {s.step: s for s in steps}
    moved = {s.step: s for s in audience}
    return json_bytes(
        "overview",
        period={
            "key": period.key,
            "first_day": period.first,
            "last_day": period.last,
            "days_per_step": period.days_per_step,
            "time_zone": clock.zone,
        },
        people={
            "engaged": now.engaged,
            "clicked": now.clicked,
            "replies": now.replies,
            "active": active,
            "before": before._asdict() if before else None,
        },
        steps=[
            {
                "first_day": day,
                "engaged": acted[i].engaged if i in acted else 0,
                "clicked": acted[i].clicked if i in acted else 0,
                "joined": moved[i].joined if i in moved else 0,
                "left": moved[i].gone if i in moved else 0,
            }
            for i, day in enumerate(period.step_days())
        ],
        emails=[e.uuid for e in emails],
        insights=[
            {"key": i.key, "is_good": i.mood == DOING_WELL, "text": i.text, "evidence": i.evidence}
            for i in insights
        ],
        notes=[{"day": note.day, "kind": note.kind, "text": note.text} for note in notes],
    )


def email_record(email: EmailResult, clock: Clock) -> dict[str, Any]:
    opens = pooled_opens([email])
    return {
        "email_id": email.uuid,
        "subject": subject_of(email),
        "sent_at": clock.iso(email.sent_ms) if email.sent_ms is not None else None,
        "page": email_path(email),
        "opens_tracked": None if email.opens_tracked is None else bool(email.opens_tracked),
        "clicks_tracked": None if email.clicks_tracked is None else bool(email.clicks_tracked),
        "recipients": email.recipients,
        "delivered": email.delivered,
        "measurable_recipients": email.measurable,
        "opened": email.opened if email.opens_tracked == 1 else None,
        "opened_implied": email.implied if email.opens_tracked == 1 else None,
        "opened_estimated": opens.estimated,
        "opened_raw": email.raw_opened if email.opens_tracked == 1 else None,
        "clicked": email.clicked if email.clicks_tracked == 1 else None,
        "clicked_raw": email.raw_clicked if email.clicks_tracked == 1 else None,
        "replied": email.replied,
        "bounced": email.bounced,
        "complained": email.complained,
        "unsubscribed": email.unsubscribed,
        "click_rate": click_rate(email),
        "open_rate": opens.measured.rate,
        "open_rate_raw": opens.raw.rate,
        "click_to_open_rate": click_to_open(email).rate,
    }


EMAIL_COLUMNS = (
    "email_id", "sent_at", "subject", "recipients", "delivered", "clicked", "click_rate", "measurable_recipients",
    "opened", "open_rate", "opened_estimated", "opened_raw", "open_rate_raw", "clicked_raw",
    "click_to_open_rate", "unsubscribed", "bounced", "complained", "replied", "opens_tracked", "clicks_tracked",
)  # fmt: skip


def counts_data(
    events: int,
    subscribers: int,
    types: Sequence[EventTypeCount],
    judged: Sequence[FilteredTotal],
    provider: Sequence[Mapping[str, Any]],
) -> bytes:
    return json_bytes(
        "counts",
        events=events,
        subscribers=subscribers,
        event_types={t.event_type: t.events for t in types},
        rule_version=RULE_VERSION,
        verdicts=[j._asdict() for j in judged],
        provider=provider,
    )


def status_data(facts: Facts, newest_ms: int | None, clock: Clock) -> bytes:
    """The one file that changes when a run found nothing new: every page reads it to say how fresh it is, and what is
    wrong. Its words are in English whatever the locale, which is not known to a run that reads no database.
    """
    with written_as(ENGLISH):
        return _status_data(facts, newest_ms, clock)


def _status_data(facts: Facts, newest_ms: int | None, clock: Clock) -> bytes:
    def iso(ms: int | None) -> str | None:
        return clock.iso(ms) if ms is not None else None

    run = facts.last_run and {
        "outcome": facts.last_run.outcome,
        "started_at": iso(facts.last_run.started_ms),
        "finished_at": iso(facts.last_run.finished_ms),
        "problems": facts.last_run.problems,
    }
    told = [
        {
            "kind": alert.kind,
            "title": alert.title,
            "text": alert.text,
            "fix": alert.fix,
            "from": iso(alert.from_ms),
        }
        for alert in alerts(facts, clock.moment)
    ]
    return json_bytes(
        "status",
        synced_at=iso(facts.looked_ms),
        newest_event_at=iso(newest_ms),
        last_run=run,
        alerts=told,
    )
