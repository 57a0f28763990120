"""What is wrong with a project.toml: one sentence each, with its line, told all at once."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from shared.project.lines import Path

NAME = "project.toml"


class Faults:
    """Collects faults; `lines` are those of lines.line_numbers()."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self._found: list[tuple[int, str]] = []

    def line(self, path: Path) -> int:
        return self._lines[path]

    def add(self, path: Path, fault: str) -> None:
        self.add_at(self.line(path), fault)

    def add_at(self, line: int, fault: str) -> None:
        self._found.append((line, fault))

    def add_unknown(self, path: Path, shown: str, known: Iterable[str]) -> None:
        self.add(path, f"{shown}; {advice(str(path[-1]), known)}")

    def told(self) -> list[str]:
        return [f"{NAME} line {line}: {fault}" for line, fault in sorted(self._found)]


def advice(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant, or all that there are."""
    known = list(known)
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
