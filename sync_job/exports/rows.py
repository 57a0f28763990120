"""From the text of a file to rows, one at a time: CSV, a JSON array, an object around one, or a JSON line each.

An export may be larger than memory, so nothing here reads a whole file.
"""

import csv
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any, Literal, NamedTuple

from shared.errors import UnreadableFile

Layout = Literal["csv", "json"]
DELIMITERS = ",;\t"
CHUNK = 1 << 18
MAX_ROW = 1 << 25  # characters; an email's body is in its row
LIST_INSIDE = re.compile(
    r'\s*\{(?:[^{}\[\]"]|"(?:\\.|[^"\\])*")*?"(?:results|data|events|subscribers|emails)"\s*:\s*\['
)
BETWEEN = re.compile(r"[\s,]*")


class Row(NamedTuple):
    number: int  # its line in a CSV file, its place in a JSON one
    values: dict[str, Any] | None  # None: it cannot be read


def layout_of(head: str) -> Layout:
    return "json" if head.lstrip()[:1] in ("[", "{") else "csv"


def columns(stream: IO[str], layout: Layout) -> list[str]:
    """The header, or the keys of the first object; nothing for an empty file."""
    if layout == "csv":
        return _header(stream)[0]
    return next((list(row.values) for row in read_rows(stream, layout) if row.values), [])


def read_rows(stream: IO[str], layout: Layout) -> Iterator[Row]:
    """Every row. Raises UnreadableFile where it becomes impossible to tell what the next one is."""
    return _csv_rows(stream) if layout == "csv" else _json_rows(stream)


def _header(stream: IO[str]) -> tuple[list[str], str, int]:
    """The columns, what separates them, and how many lines that took."""
    line, number = "", 0
    while not line.strip():
        line, number = stream.readline(MAX_ROW), number + 1
        if not line:
            return [], ",", number
    delimiter = max(DELIMITERS, key=line.count)
    return next(csv.reader([line], delimiter=delimiter)), delimiter, number


def _csv_rows(stream: IO[str]) -> Iterator[Row]:
    csv.field_size_limit(MAX_ROW)  # emails are longer than the 128 kB that a field may have otherwise
    names, delimiter, before = _header(stream)
    reader = csv.reader(stream, delimiter=delimiter)
    while True:
        number = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(f"line {number} has no end") from error
        if cells is None:
            return
        if any(cells):
            yield Row(number, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None)


def _json_rows(stream: IO[str]) -> Iterator[Row]:
    head = stream.read(CHUNK)
    if match := LIST_INSIDE.match(head):
        return _array(stream, head[match.end() :])
    start = head.lstrip()
    if start.startswith("["):
        return _array(stream, start[1:])
    return _lines(stream, head)


def _array(stream: IO[str], rest: str) -> Iterator[Row]:
    decoder, place, number = json.JSONDecoder(strict=False), 0, 0
    while True:
        match = BETWEEN.match(rest, place)
        place = match.end() if match else place
        if rest[place : place + 1] == "]":
            return
        try:
            value, end = decoder.raw_decode(rest, place)
        except (json.JSONDecodeError, RecursionError) as error:
            more = stream.read(max(CHUNK, len(rest) - place)) if len(rest) - place < MAX_ROW else ""
            if not more:
                raise UnreadableFile(f"row {number + 1} has no end") from error
            rest, place = rest[place:] + more, 0
            continue
        number, place = number + 1, end
        yield Row(number, value if isinstance(value, dict) else None)


def _lines(stream: IO[str], head: str) -> Iterator[Row]:
    """A broken line costs that line alone."""
    head += stream.readline(MAX_ROW)
    rest = iter(lambda: stream.readline(MAX_ROW), "")
    for number, line in enumerate(chain(head.removesuffix("\n").split("\n"), rest), start=1):
        yield from _line(number, line)


def _line(number: int, line: str) -> Iterator[Row]:
    if not line.strip():
        return
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        value = None
    yield Row(number, value if isinstance(value, dict) else None)
