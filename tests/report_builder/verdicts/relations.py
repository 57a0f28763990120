"""Events as plain rows, and the real queries over them: no store and no sync in between."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import Any

import duckdb

from report_builder.verdicts import Limits, steps

Agent = tuple[str, str, str]  # operating system, browser, network class
Judged = dict[int, tuple[str, str]]  # event to verdict and reason

NULL = "-null-"
SCHEMA = """
create table events (
    event_id bigint, event_type varchar, occurred_ms bigint, subscriber_id bigint, email_id bigint, link_id bigint,
    agent_id bigint, address_id bigint
);
create table links (link_id bigint, url varchar, target varchar);
create table agents (agent_id bigint, os varchar, browser varchar, network_class varchar);
create table addresses (address_id bigint, network_id bigint);
create table subscribers (subscriber_id bigint, domain varchar);
"""


@dataclass(frozen=True)
class Happening:
    """One event; `kind` is delivered, opened, clicked, replied. Addresses and networks are just numbers."""

    id: int
    kind: str
    at: int
    reader: int | None
    email: int | None = 1
    url: str | None = None
    agent: Agent | None = None
    address: int | None = None
    network: int | None = None

    @property
    def is_act(self) -> bool:
        return self.kind in ("opened", "clicked")


@dataclass(frozen=True)
class Scene:
    happenings: Sequence[Happening]
    domains: Mapping[int, str] = field(default_factory=dict)  # of readers' mailboxes

    @property
    def acts(self) -> list[Happening]:
        return [each for each in self.happenings if each.is_act]


def target_of(url: str) -> str:
    """What the store's normalised form does, as far as these rows need it."""
    return url.split("?utm_")[0]


def load(connection: duckdb.DuckDBPyConnection, scene: Scene) -> None:
    """Fills the five relations that the rules read."""
    connection.execute(SCHEMA)
    urls = _numbers(each.url for each in scene.happenings)
    agents = _numbers(each.agent for each in scene.happenings)
    places = {each.address: each.network for each in scene.happenings if each.address is not None}
    _fill(connection, "links", [(number, url, target_of(url)) for url, number in urls.items()])
    _fill(connection, "agents", [(number, *agent) for agent, number in agents.items()])
    _fill(connection, "addresses", list(places.items()))
    _fill(connection, "subscribers", list(scene.domains.items()))
    rows = [
        (
            each.id, f"subscriber.{each.kind}", each.at, each.reader, each.email,
            urls[each.url] if each.url is not None else None,
            agents[each.agent] if each.agent is not None else None,
            each.address,
        )
        for each in scene.happenings
    ]  # fmt: skip
    _fill(connection, "events", rows)


def run(connection: duckdb.DuckDBPyConnection, limits: Limits | None = None, *, implied: bool = True) -> None:
    for step in steps(limits, implied=implied):
        connection.execute(f"create table {step.name} as {step.query}", dict(step.parameters))


def verdicts(connection: duckdb.DuckDBPyConnection) -> Judged:
    rows = connection.execute("select event_id, verdict, reason from judged").fetchall()
    judged = {number: (verdict, reason) for number, verdict, reason in rows}
    assert len(judged) == len(rows), "an event was judged twice"
    return judged


def judge(scene: Scene, limits: Limits | None = None) -> Judged:
    """The verdict and the reason of every open and click, by the product's own queries."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        load(connection, scene)
        run(connection, limits)
        judged = verdicts(connection)
    assert judged.keys() == {each.id for each in scene.acts}, "every open and click has a verdict"
    return judged


def _numbers(values: Iterable[Any]) -> dict[Any, int]:
    return {
        value: number for number, value in enumerate(dict.fromkeys(v for v in values if v is not None), 1)
    }


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Through a file: thousands of rows as parameters take DuckDB seconds."""
    if not rows:
        return
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        csv.writer(file).writerows([NULL if value is None else value for value in row] for row in rows)
        file.flush()
        connection.execute(f"copy {table} from '{file.name}' (format csv, header false, nullstr '{NULL}')")
