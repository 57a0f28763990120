import pytest

from report_builder import wording
from report_builder.clock import Clock, day_text, span_text
from report_builder.views.overview_lists import is_followable, link_label
from report_builder.views.people import Directory, Name, name_of
from shared.downloads import csv_bytes
from tests.report_builder.stores import NOW, NOW_MS


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (950, "950"),
        (12_345, "12.3k"),
        (100_000, "100k"),
        (999_960, "1M"),
        (4_100_000, "4.1M"),
        (2.5, "2.5"),
    ],
)
def test_compact(number: float, text: str) -> None:
    assert wording.compact(number) == text


def test_percent_rounds_half_up() -> None:
    assert wording.percent(0.26849) == "26.8%"
    assert wording.percent(0.0005) == "0.1%"
    assert wording.percent(1) == "100.0%"
    assert wording.percent(0.0625) == "6.3%"
    assert wording.percent(201 / 2000) == "10.1%"  # in binary a little less than 10.05


@pytest.mark.parametrize(
    ("now", "before", "more_is_good", "expected"),
    [
        (110, 100, True, ("▲", "10.0% more", "good")),
        (110, 100, False, ("▲", "10.0% more", "bad")),
        (90, 100, True, ("▼", "10.0% fewer", "bad")),
        (100, 100, True, ("=", "no change", "even")),
        (5000, 100, True, ("▲", "49 times more", "good")),
    ],
)
def test_count_change(now: int, before: int, more_is_good: bool, expected: tuple[str, str, str]) -> None:
    change = wording.count_change(now, before, more_is_good=more_is_good)
    assert change == wording.Change(*expected)


def test_changes_need_two_sides() -> None:
    assert wording.count_change(5, 0) is None
    assert wording.rate_change(None, 0.2) is None
    assert wording.rate_change(0.2, None) is None
    assert wording.rate_change(0.25, 0.2) == wording.Change("▲", "5.0 points up", "good")
    # between the figures shown: 35.4% beside 32.5%, and 3.5% beside 3.6%
    assert wording.rate_change(0.3536, 0.3254) == wording.Change("▲", "2.9 points up", "good")
    assert wording.rate_change(0.03549, 0.03551) == wording.Change("▼", "0.1 points down", "bad")
    assert wording.rate_change(0.3549, 0.3546) == wording.Change("=", "no change", "even")
    assert wording.rate_change(0.2, 0.25) == wording.Change("▼", "5.0 points down", "bad")
    assert wording.usual([0.1, 0.2]) is None
    assert wording.usual([0.3, 0.1, 0.2]) == 0.2


def test_a_rate_is_a_share() -> None:
    assert wording.ratio(3, 2) == 1.0
    assert wording.ratio(3, 0) is None
    assert wording.ratio(3, None) is None


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (1440 * 69, "69 d"),
        (1440 * 70, "10 wk"),
        (1440 * 366, "1 y"),
        (-5, "0 min"),
    ],
)
def test_ago(minutes: int, text: str) -> None:
    assert Clock(NOW, "UTC").ago(NOW_MS - minutes * 60_000) == text


def test_times_are_the_newsletters() -> None:
    clock = Clock(NOW, "Asia/Kolkata")
    assert clock.moment(NOW_MS) == "19 Nov 2026, 00:00"
    assert clock.iso(NOW_MS) == "2026-11-19T00:00:00+05:30"
    assert clock.today.isoformat() == "2026-11-19"
    assert span_text(clock.today.replace(year=2025), clock.today) == "19 Nov 2025 – 19 Nov 2026"
    assert span_text(clock.today.replace(month=8), clock.today) == "19 Aug – 19 Nov 2026"
    assert day_text(clock.today, year=False) == "19 Nov"


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Ada", "ada@example.com", Name("Ada", "ada@example.com")),
        (None, "ada@example.com", Name("ada", "@example.com")),
        ("  ", " @example.com", Name("@example.com", "")),
        (None, "odd", Name("odd", "")),
        (None, None, Name("Unknown person", "8cb3d458")),
    ],
)
def test_people_are_called_something(name: str | None, email: str | None, expected: Name) -> None:
    assert name_of(name, email, "8cb3d458-0000-0000-0000-000000000000") == expected


def test_only_the_best_have_pages() -> None:
    directory = Directory(frozenset({"a"}))
    assert directory.href("a") == "subscribers/a.html"
    assert directory.href("b") == "subscriber.html#b"


@pytest.mark.parametrize(
    ("url", "followable", "label"),
    [
        ("https://example.com/a/b?c=d", True, ("a/b?c=d", "example.com")),
        ("https://example.com/", True, ("example.com", "")),
        ("javascript:alert(1)", False, ("javascript:alert(1)", "")),
        ("data:text/html,x", False, ("data:text/html,x", "")),
        ("//example.com/x", False, ("x", "example.com")),
        ("http://[broken", False, ("http://[broken", "")),
        ("mailto:a@example.com", False, ("mailto:a@example.com", "")),
    ],
)
def test_links(url: str, followable: bool, label: tuple[str, str]) -> None:
    assert is_followable(url) is followable
    assert link_label(url) == label


def test_csv_does_not_start_a_formula() -> None:
    body = csv_bytes(
        ("a", "b"), [("=1+1", -5), ("+x", None), ("-y", 0.5), ("@z", "a,b"), ("\tq", 'say "x"'), ("ok", "é")]
    )
    text = body.decode("utf-8-sig")
    assert text == 'a,b\r\n\'=1+1,-5\r\n\'+x,\r\n\'-y,0.5\r\n\'@z,"a,b"\r\n\'\tq,"say ""x"""\r\nok,é\r\n'
