"""Every figure a page names leads to its definition: what is a metric is written down there, nowhere else."""

import re

import pytest

from report_builder.definitions import BY_KEY
from tests.report_builder.conftest import Sites

HEAD = re.compile(r'<th scope="col(?:group)?"[^>]*class="(?:n|rate)\b[^>]*>(.*?)</th>', re.S)
TILE = re.compile(r'<article class="tile"><?\s*<h2>(.*?)</h2>', re.S)
LABEL = re.compile(
    r'<span class="metric"><a href="(?:\.\./)*definitions\.html#(\w+)" aria-describedby="(def-\d+)">'
)
# headings over plain facts: times, sums of rows, and the two sides of a comparison
NO_METRICS = {
    "After", "Data as of", "Difference", "Emails", "Events", "First click", "History since",
    "Last click", "Links", "Ours", "People", "Provider", "Store", "Subscribers", "Took",
    "Unassigned", "When", "ours", "theirs",
}  # fmt: skip
# within a chart's table twin the chart's own title names the metric
TWIN = re.compile(r'<details class="twin">.*?</details>', re.S)


@pytest.mark.parametrize("kind", ["full", "one", "untracked", "empty"])
def test_every_metric_of_every_page_has_a_definition(site_of: Sites, kind: str) -> None:
    site = site_of(kind)
    anchors = set(re.findall(r'<article id="(\w+)"', site["definitions.html"].decode()))
    assert anchors == set(BY_KEY)
    for path, body in site.items():
        if not path.endswith(".html") or path.startswith(
            "snapshots/"
        ):  # files without links, of pages seen here
            continue
        html = TWIN.sub("", body.decode())
        for head in (*HEAD.findall(html), *TILE.findall(html)):
            assert LABEL.search(head) or head in NO_METRICS, (path, head)
        labels = LABEL.findall(html)
        assert {key for key, _ in labels} <= anchors
        places = [place for _, place in labels]
        assert len(set(places)) == len(places) == len(re.findall(r'role="tooltip" id="def-\d+"', html)), path


def test_the_pages_show_the_headline_first(site_of: Sites) -> None:
    keys = [key for key, _ in LABEL.findall(site_of("full")["index.html"].decode())]
    assert keys[:3] == ["engaged_readers", "click_rate", "open_rate"]
    shown = {
        key for body in site_of("full").values() for key, _ in LABEL.findall(body.decode("utf-8", "ignore"))
    }
    assert {
        "human_openers",
        "unique_clickers",
        "filtered_clicks",
        "activity_score",
        "recency",
        "net_growth",
    } <= shown
