"""Rates, opens as three numbers, and what was filtered: what the figures say where little or nothing is known."""

import pytest

from report_builder.rows import Filtered, FilteredTotal, HourActions
from report_builder.views import emails as emails_view
from report_builder.views.email_funnel import funnel
from report_builder.views.filtered import filtered_note, filtered_row, shares
from report_builder.views.overview_lists import week
from report_builder.views.rates import Pool, click_to_open, pooled_clicks, pooled_opens
from tests.report_builder.examples import CLOCK, an_email


def test_untracked_emails_leave_the_denominator() -> None:
    tracked, untracked = an_email(opened=40, clicked=5), an_email(opens_tracked=0, clicks_tracked=0)
    unknown = an_email(opens_tracked=None, clicks_tracked=None)
    assert pooled_opens([tracked, untracked, unknown]).measured == Pool(0.4, 100)
    assert pooled_clicks([untracked]) == Pool(None, 0, "not tracked")
    assert pooled_clicks([untracked, unknown]) == Pool(None, 0, "not known")
    assert pooled_clicks([]) == Pool(None, 0, "not tracked")
    assert click_to_open(an_email(opens_tracked=0)).why == "not tracked"
    assert click_to_open(an_email(clicks_tracked=None)).why == "not known"
    row_untracked, row_unknown = emails_view.email_rows([untracked, unknown], CLOCK)
    assert (row_untracked.opened.text, row_untracked.opened.known) == ("not tracked", False)
    assert row_unknown.opened.text == "not known"
    assert row_untracked.click_to_open.text == "not tracked"


def test_an_email_nobody_knows_the_size_of_has_no_rate() -> None:
    row = emails_view.email_rows([an_email(delivered=None, measurable=None, opened=3)], CLOCK)[0]
    assert (row.delivered, row.opened.text) == ("–", "–")


def test_below_the_minimum_of_a_definition_there_is_no_rate() -> None:
    few = an_email(recipients=29, delivered=29, measurable=29, opened=20, clicked=9)
    assert pooled_clicks([few]) == Pool(None, 29, "too few")
    assert pooled_opens([few]).measured == Pool(None, 29, "too few")
    assert pooled_opens([few]).estimated is None
    assert pooled_clicks([few, few]) == Pool(18 / 58, 58)
    assert click_to_open(few) == Pool(None, 20, "too few")
    row = emails_view.email_rows([few], CLOCK)[0]
    assert (row.clicked.text, row.clicked.known) == ("too few", False)


def test_opens_are_three_numbers() -> None:
    email = an_email(delivered=200, measurable=120, hidden=80, opened=60, raw_opened=130)
    opens = pooled_opens([email])
    assert (opens.measured.rate, opens.people, opens.estimated, opens.raw.rate) == (0.5, 60, 100, 0.65)
    opened = next(row for row in funnel(email) if row.label == "Opened")
    assert opened.note == "120 of 200 can be measured · estimated 100 in all · raw 130"
    assert float(opened.band) > float(opened.bar)


def test_what_was_filtered_has_a_sentence_for_each_reason() -> None:
    rows = [
        Filtered(1, "click", "scanner", "burst", 12, 1),
        Filtered(1, "open", "proxy", "apple_relay", 1, 1),
    ]
    assert [filtered_row(r).what for r in rows] == ["12 clicks", "1 open"]
    assert all(filtered_row(r).sentence.endswith(".") for r in rows)
    assert filtered_note(rows, True) == "1 open and 12 clicks"
    assert filtered_note([], True).startswith("Every open and click")
    assert filtered_note([], False).startswith("There was no open")
    total = [
        FilteredTotal("click", "scanner", "burst", 1, 1, 1),
        FilteredTotal("click", "human", "click", 3, 3, 1),
    ]
    assert [(s.what, s.filtered, s.events) for s in shares(total)] == [("Clicks", "25.0%", "1 of 4 clicks")]
    with pytest.raises(KeyError):
        filtered_row(rows[0]._replace(reason="guess"))


def test_opens_stand_in_for_clicks_that_are_too_few() -> None:
    many, few = [HourActions(4, 7, 30)], [HourActions(4, 7, 29)]
    opened = [HourActions(2, 9, 50)]
    assert (found := week(many, opened)) is not None
    assert found.title == "When they click"
    assert (found := week(few, opened)) is not None
    assert found.title == "When they open"
    assert found.takeaway.startswith("Opens by people, because 29 clicks would show no habit.")
    assert (found := week(few, [])) is not None
    assert found.title == "When they click"
    assert week([], []) is None
