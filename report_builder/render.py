"""Views into HTML. Nothing else in the project touches Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from itertools import count
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from report_builder.clock import Clock
from report_builder.conventions import current
from report_builder.definitions import BY_KEY, Definition
from report_builder.views.site import Site
from report_builder.wording import count as count_text

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


class Renderer:
    """`assets` maps the plain name of an asset ("site.css") to its published path ("assets/site.1a2b3c4d.css")."""

    def __init__(self, site: Site, assets: Mapping[str, str], clock: Clock) -> None:
        self._clock = clock
        self._environment = Environment(
            loader=FileSystemLoader(template_folder()),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_printable,
        )
        self._environment.globals.update(
            site=site, assets=assets, definition=definition, conventions=current(), count=count_text
        )

    def page(self, path: str, kind: str, here: str, title: str, view: object, newest_ms: int | None) -> bytes:
        """`newest_ms` is the time of the newest event on the page, if it shows any."""
        template = self._environment.get_template(f"pages/{kind}.html")
        root = "../" * path.count("/")
        numbers = count(1)  # of the explanations on this page
        return template.render(
            view=view, root=root, here=here, title=title, number=numbers.__next__,
            newest=self._clock.moment(newest_ms) if newest_ms else "",
            newest_iso=self._clock.iso(newest_ms) if newest_ms else "",
        ).encode()  # fmt: skip


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
