"""Views into HTML. Nothing else in the project touches Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import count
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from report_builder.clock import Clock, day_text
from report_builder.conventions import current
from report_builder.definitions import BY_KEY, DEFINITIONS, Definition
from report_builder.pages.page import Page
from report_builder.standalone import loosened, policy
from report_builder.views.site import Site
from report_builder.wording import count as count_text

SHEETS = ("site.css", "parts.css", "screens.css", "paper.css")

# U+2028 and U+2029 end a line for some readers of text; control characters have no place in a page at all.
FORBIDDEN = {code: None for code in [*range(0x20), 0x7F] if code not in (0x09, 0x0A, 0x0D)}


class NotDefined(Exception):
    """A page shows a metric that definitions.toml does not explain: a mistake in a template, never in the data."""


def definition(key: str) -> Definition:
    """What a metric's label leads to."""
    try:
        return BY_KEY[key]
    except KeyError:
        raise NotDefined(key) from None


@dataclass(frozen=True)
class Alone:
    """What the frame of a page needs that goes out as one file."""

    styles: Markup
    policy: str
    day: str


class Renderer:
    """`assets` maps the plain name of an asset ("site.css") to its published path ("assets/site.1a2b3c4d.css");
    `newest_ms` is the time of the newest event of all.
    """

    def __init__(self, site: Site, assets: Mapping[str, str], clock: Clock, newest_ms: int | None) -> None:
        self._clock = clock
        self._newest_ms = newest_ms
        self._environment = Environment(
            loader=FileSystemLoader(template_folder()),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_printable,
        )
        self._environment.globals.update(site=site, assets=assets, conventions=current(), count=count_text)
        sheets = asset_files()
        styles = "\n".join(sheets[name].decode() for name in SHEETS)
        self._alone = Alone(Markup(styles), policy(styles), day_text(clock.today))

    def page(self, made: Page) -> bytes:
        return self._render(made, "layout.html", "../" * made.path.count("/")).encode()

    def alone(self, made: Page) -> bytes:
        """The same page as one file that needs no other, and leads to none."""
        return loosened(self._render(made, "standalone.html", "")).encode()

    def _render(self, made: Page, layout: str, root: str) -> str:
        newest_ms = self._newest_ms if made.newest_ms is None else made.newest_ms
        numbers = count(1)  # of the explanations on this page
        used: set[str] = set()

        def explain(key: str) -> Definition:
            used.add(key)
            return definition(key)

        def explained() -> list[Definition]:
            return [each for each in DEFINITIONS if each.key in used]

        return self._environment.get_template(f"pages/{made.kind}.html").render(
            page=made, view=made.view, title=made.title, here=made.here, layout=layout, root=root,
            alone=self._alone, day=self._clock.today.isoformat(),
            number=numbers.__next__, definition=explain, explained=explained,
            newest=self._clock.moment(newest_ms) if newest_ms else "",
            newest_iso=self._clock.iso(newest_ms) if newest_ms else "",
        )  # fmt: skip


def template_folder() -> Path:
    with resources.as_file(resources.files("site_template")) as folder:
        return folder


def asset_files() -> dict[str, bytes]:
    """Every asset by its plain name."""
    folder = template_folder() / "assets"
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def _printable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return escape(value.translate(FORBIDDEN))
    return value
