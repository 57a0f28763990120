"""What is asked and what is answered, whichever server carries it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from http import HTTPStatus

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# On every answer, whatever it says.
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Encoding",
}
HTML = "text/html; charset=utf-8"
WORDS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


@dataclass(frozen=True)
class Request:
    """`target` is path and query as they came; `headers` every pair as it came, names in any case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """Its value, or "". One that came several times is a list with commas, as RFC 9110 has it."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


@dataclass(frozen=True)
class Stream:
    """A body too large to be held: so many bytes, piece by piece. A piece may raise BucketError."""

    size: int
    pieces: Iterator[bytes]


@dataclass(frozen=True)
class Answer:
    """Without HEADERS, which whoever sends it adds, and with the body even where HEAD was asked; where there is a
    `stream`, that is the body, and it may come without its pieces if HEAD was asked."""

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: Stream | None = None

    @property
    def size(self) -> int:
        return self.stream.size if self.stream else len(self.body)

    def with_headers(self, **more: str) -> "Answer":
        """The same with more headers; "_" in a name stands for "-"."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return replace(self, headers={**self.headers, **named})


def plain(status: HTTPStatus, text: str) -> Answer:
    return _never_kept(status, "text/plain; charset=utf-8", f"{text}\n".encode())


def words(status: HTTPStatus, title: str, text: str) -> Answer:
    """A small page for people; `text` is HTML, `title` is not."""
    return _never_kept(status, HTML, WORDS.format(title=escape(title), text=text).encode())


def as_json(status: HTTPStatus, facts: Mapping[str, object]) -> Answer:
    return _never_kept(status, "application/json", json.dumps(facts, ensure_ascii=False).encode())


def _never_kept(status: HTTPStatus, content_type: str, body: bytes) -> Answer:
    return Answer(status, {"Content-Type": content_type, "Cache-Control": "no-store"}, body)
