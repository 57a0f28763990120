"""Which email is called the best, and where none is."""

from report_builder.views.emails import answer
from report_builder.views.overview_trends import trend_per_email
from tests.report_builder.examples import CLOCK, an_email

LARGE = an_email(subject="Large", delivered=200, clicked=10)
SMALL = an_email(subject="Small", delivered=43, clicked=3)


def test_a_handful_of_people_make_no_best_email() -> None:
    assert answer([SMALL, LARGE]) == (
        "2 emails were sent. “Large” had a human click rate of 5.0%, the best of the last 2."
    )
    assert answer([SMALL, SMALL]) == (
        "2 emails were sent; none of the last 2 reached 200 people, so none can be called the best."
    )
    assert answer([SMALL]) == "1 email was sent. “Small” had a human click rate of 7.0%."


def test_nor_in_the_curve_of_emails() -> None:
    drawn, few = trend_per_email([SMALL, LARGE], [], CLOCK), trend_per_email([SMALL, SMALL], [], CLOCK)
    assert drawn is not None
    assert few is not None
    assert drawn.takeaway == "The best click rate: 5.0%, “Large”."
    assert few.takeaway == "None of these emails reached 200 people, so none can be called the best."
