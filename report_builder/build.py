"""One store in, one site out: a mapping from path to bytes, the same for the same store and the same `now`."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from report_builder.conventions import written_as
from report_builder.event_files import event_files
from report_builder.pages import site_pages
from report_builder.pages.page import File
from report_builder.reading import Reading, read
from report_builder.render import Renderer, asset_files
from report_builder.rows import Seen
from report_builder.views.site import silent_pages, site_view
from report_builder.warehouse import Warehouse
from shared.last_run import LastRun
from shared.project import ProjectSettings


class PathTaken(Exception):
    """Two pages want the same path: a mistake in pages.py, never in the data."""


def build(
    warehouse: Warehouse,
    now: datetime,
    *,
    last_run: LastRun | None = None,
    store_bytes: int = 0,
    settings: ProjectSettings | None = None,
) -> dict[str, bytes]:
    """The whole site. `store_bytes` is the size of the database."""
    reading = read(warehouse, now, last_run, store_bytes, settings or ProjectSettings())
    events = event_files(warehouse, reading.months, {})
    return build_site(reading) | events.files


def build_site(reading: Reading) -> dict[str, bytes]:
    """All but the files of events, which have the one law that they are made only when they must; written as the
    project's locale has it."""
    with written_as(reading.conventions):
        return _site_files(reading)


def _site_files(reading: Reading) -> dict[str, bytes]:
    files: dict[str, bytes] = {}

    def add(path: str, body: bytes) -> None:
        if path in files:
            raise PathTaken(path)
        files[path] = body

    assets = {}
    for name, body in asset_files().items():
        assets[name] = hashed_name(name, body)
        add(assets[name], body)
    renderer = renderer_of(reading, assets)
    for made in site_pages(reading):
        if isinstance(made, File):
            add(made.path, made.body)
        else:
            add(made.path, renderer.page(made))
            if made.copy:
                add(made.copy, renderer.alone(made))
    return files


def renderer_of(reading: Reading, assets: Mapping[str, str]) -> Renderer:
    """To be called, like what it gives, within `written_as` the reading's conventions."""
    seen = reading.warehouse.row(Seen, "site/seen")
    silent = silent_pages(reading.facts, seen, reading.emails, reading.deliveries)
    site = site_view(reading.facts, reading.looked_ms, reading.clock.zone, reading.emails, silent)
    return Renderer(site, assets, reading.clock, reading.facts.last_ms)


def hashed_name(name: str, body: bytes) -> str:
    """A name that changes with the content, so that browsers may keep the file for ever."""
    stem, _, suffix = name.rpartition(".")
    return f"assets/{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
