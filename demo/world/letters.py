"""The text of the made-up newsletter: subjects, links and bodies."""

from __future__ import annotations

from random import Random

NAME = "The Quiet Metric"
USERNAME = "quietmetric"

TOPICS = (
    "open rates",
    "click maps",
    "small samples",
    "median readers",
    "survey fatigue",
    "dashboards",
    "averages",
    "attribution",
    "seasonality",
    "cohorts",
    "baselines",
    "missing data",
    "silence",
    "subject lines",
    "reply buttons",
    "archives",
    "footnotes",
    "unsubscribes",
    "sign-up forms",
    "word counts",
    "colour scales",
    "bar charts",
    "rounding",
    "percentages",
    "confidence intervals",
    "forecasts",
    "benchmarks",
    "privacy",
)
FORMS = (
    "The trouble with {topic}",
    "A small case for {topic}",
    "{Topic}, measured badly",
    "What {topic} cannot tell you",
    "{Topic} in three pictures",
    "Letters from readers: {topic}",
    "Counting less: {topic}",
    "How we changed our mind about {topic}",
    "A year of {topic}",
    "{Topic}: a field guide",
    "Five questions about {topic}",
    "Against {topic}",
    "In praise of {topic}",
    "{Topic}, again",
)
OPENINGS = (
    "Good morning. This week a reader asked a question I could not answer at once.",
    "It rained all week, which is good for tables.",
    "Two charts and one correction today, the correction first.",
    "A short letter, because the long one did not work.",
    "Last week's letter had more replies than any before. Thank you; I read them all.",
)
SITES = (
    "https://fieldnotes.example/{slug}",
    "https://almanac.example/essays/{slug}",
    "https://papers.example/abs/{number}",
    "https://blog.example.org/{slug}",
    "https://data.example.net/sets/{slug}",
    "https://www.example.com/long-reads/{slug}",
)
# these come back: the sponsor for a month, the others every few weeks
SPONSORS = ("https://inkwell.example/", "https://slowhosting.example/offer", "https://papermill.example/shop")
EVERGREENS = (
    "https://quietmetric.example/book",
    "https://quietmetric.example/glossary",
    "https://jobs.example/board",
    "https://quietmetric.example/archive/",
)
FOOTER = "https://quietmetric.example/manage?do=unsubscribe"

REPLIES = (
    "Thank you for this one. We had the same argument at work on Monday.",
    "I think the second chart starts at 40, not at zero?",
    "My mother reads these too now. She says hello.",
    "Could you write about newsletters for very small clubs some day? We are 41 people.",
    "I am moving house this month, so please keep my letters warm.",
    "Strong disagreement about the median, friendly greetings nevertheless.",
)


def draw_subjects(rng: Random, count: int) -> list[str]:
    """Each used once, as long as they last (392 of them)."""
    made = [
        form.format(topic=topic, Topic=topic[0].upper() + topic[1:]) for topic in TOPICS for form in FORMS
    ]
    rng.shuffle(made)
    return [made[number % len(made)] for number in range(count)]


def draw_links(rng: Random, number: int) -> list[str]:
    """Four to eight, with the campaign in the query; the footer's comes last."""
    campaign = f"utm_source={USERNAME}&utm_medium=email&utm_campaign=issue-{number}"
    links = []
    for site in rng.sample(SITES, rng.randint(2, 4)):
        slug = rng.choice(TOPICS).replace(" ", "-")
        paper = f"24{number:02d}.{rng.randrange(10000):05d}"
        links.append(site.format(slug=f"{slug}-{number}", number=paper))
    links.append(SPONSORS[number // 4 % len(SPONSORS)])
    links += rng.sample(EVERGREENS, rng.choice((0, 1, 1, 2)))
    return [f"{link}?{campaign}" for link in links] + [FOOTER]


def write_body(rng: Random, subject: str, links: list[str]) -> str:
    *stories, footer = links
    paragraphs = [f"# {subject}", rng.choice(OPENINGS)]
    paragraphs += [f"- [{story.split('?')[0].removeprefix('https://')}]({story})" for story in stories]
    paragraphs += ["Until Thursday.", f"[Manage your subscription]({footer})"]
    return "\n\n".join(paragraphs) + "\n"


def write_reply(rng: Random, address: str, subject: str) -> dict[str, str]:
    """Private words on purpose: none of it may ever be stored."""
    text = rng.choice(REPLIES)
    quoted = f"<blockquote><p>On Thursday, {NAME} wrote:</p></blockquote>"
    return {
        "from": address,
        "subject": f"Re: {subject}",
        "text": text,
        "html": f"<html><body><p>{text}</p>{quoted}</body></html>",
    }
