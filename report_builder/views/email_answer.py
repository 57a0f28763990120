"""What one email achieved, in a sentence, and whether it could be measured."""

from report_builder import wording
from report_builder.rows import EmailResult
from report_builder.views.email_usual import AtAge, usual_sentence
from report_builder.views.rates import click_rate, pooled_opens


def answer(email: EmailResult, compared: AtAge | None, young: bool) -> str:
    """`compared` is None in the first hour after sending."""
    if not email.recipients and email.delivered is None:
        return "Nothing has come in for this email yet: no delivery, no open, no click."
    reached = email.delivered if email.delivered is not None else email.recipients
    clicked = click_rate(email)
    acts = []
    if email.clicks_tracked == 1:
        share = f" ({wording.percent(clicked)})" if clicked is not None else ""
        acts.append(f"{wording.count(email.clicked)} clicked{share}")
    if email.opens_tracked == 1:
        seen = "was" if email.opened == 1 else "were"
        acts.append(f"{wording.count(email.opened)} {seen} seen opening it{_of_whom(email)}")
    start = f"It reached {wording.people(reached)}"
    if not acts:
        return f"{start}; who read it cannot be said, because {_untracked_reason(email)}."
    said = [f"{start}: {' and '.join(acts)}.", usual_sentence(compared)]
    if young:
        early = " and too early to compare it with others" if compared is None else ""
        said.append(f"Numbers still come in: it is less than a week old{early}.")
    return " ".join(filter(None, said))


def _of_whom(email: EmailResult) -> str:
    opens = pooled_opens([email])
    if opens.measured.rate is None or opens.estimated is None:
        return ""
    share = f"{wording.percent(opens.measured.rate)} of the {wording.count(opens.measured.sample)} who can be measured"
    more = f"; about {wording.count(opens.estimated)} in all" if opens.estimated > email.opened else ""
    return f" ({share}{more})"


def _untracked_reason(email: EmailResult) -> str:
    if email.opens_tracked == 0 or email.clicks_tracked == 0:
        return "opens and clicks were not tracked"
    return "it is too early to tell whether opens and clicks are tracked"


def tracking(email: EmailResult) -> str:
    words = {1: "tracked", 0: wording.NOT_TRACKED, None: "not known yet"}
    return f"Opens: {words[email.opens_tracked]}. Clicks: {words[email.clicks_tracked]}."
