"""On which line of a TOML text each thing stands, because tomllib tells what was written but not where."""

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]

SPACE = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
DOT = re.compile(r"[ \t]*\.[ \t]*")
SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\d{4}-\d\d-\d\d \d\d:[^,\]}\s#]+"  # a date and a time with a space between
    r"|[^,\]}\s#]+",
    re.DOTALL,
)


def line_numbers(text: str) -> dict[Path, int]:
    """The line of every table, key and array item, by its path, such as ("segment", 0, "rule", "all", 1).

    Lines count from 1. The text must be valid TOML: this finds places and judges nothing.
    """
    walk = _Walk(text.replace("\r\n", "\n"))
    walk.document()
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._counted = 0  # up to here the line breaks are in _line
        self._line = 1
        self._last: dict[Path, int] = {}  # of each array of tables, the number of its latest item

    def document(self) -> None:
        table: Path = ()
        while self._skip():
            if self._take("[["):
                *outer, last = self._keys()
                array = (*self._inside(outer), last)
                self._last[array] = self._last.get(array, -1) + 1
                table = self._note((), (*array, self._last[array]))
                self._take("]]")
            elif self._take("["):
                table = self._note((), self._inside(self._keys()))
                self._take("]")
            else:
                self._pair(table)

    def _pair(self, table: Path) -> None:
        path = self._note(table, (*table, *self._keys()))
        self._skip()
        self._take("=")
        self._skip()
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._take("["):
            for number, _ in enumerate(self._until("]")):
                self._value(self._note(path, (*path, number)))
        elif self._take("{"):
            for _ in self._until("}"):
                self._pair(path)
        else:
            self._match(SCALAR)

    def _until(self, end: str) -> Iterator[None]:
        self._skip()
        while not self._take(end):
            yield
            self._skip()
            self._take(",")
            self._skip()

    def _keys(self) -> list[str]:
        self._skip()
        keys = [self._key()]
        while self._match(DOT):
            keys.append(self._key())
        self._skip()
        return keys

    def _key(self) -> str:
        written = self._match(KEY)
        return str(tomllib.loads(f"key = {written}")["key"]) if written[0] in "\"'" else written

    def _inside(self, keys: list[str]) -> Path:
        """Where a header stands: within the latest item of each array of tables on the way."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._last:
                path = (*path, self._last[path])
        return path

    def _note(self, known: Path, path: Path) -> Path:
        """Whatever is new on the way from `known` to `path` stands here."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        for length in range(len(known) + 1, len(path) + 1):
            self.lines.setdefault(path[:length], self._line)
        return path

    def _skip(self) -> bool:
        """Past spaces, line breaks and comments; false at the end."""
        self._match(SPACE)
        return self._at < len(self._text)

    def _take(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) if found else 0
        return found

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""
