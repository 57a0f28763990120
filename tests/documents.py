"""What people read: the README and docs/, by their paths, and what tests ask of them."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
README = DOCUMENTS["README.md"]
TOGETHER = "\n\n".join(DOCUMENTS.values())

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def blocks(language: str, text: str = TOGETHER) -> list[str]:
    """The blocks of code of this language; of none, with an empty one."""
    split = [fenced.removeprefix("```").removesuffix("```").split("\n", 1) for fenced in FENCED.findall(text)]
    return [code for told, code in split if told == language]


def code(text: str) -> list[str]:
    """All that is written as code, in blocks and between backticks."""
    return [*FENCED.findall(text), *re.findall(r"`([^`]+)`", FENCED.sub("", text))]


def section(name: str, heading: str) -> str:
    """What stands below this heading of a document, up to the next one that is not deeper."""
    text = DOCUMENTS[name]
    # In a block of code, a line that begins with # is a remark.
    seen = FENCED.sub(lambda fenced: fenced[0].replace("#", " "), text)
    begin = re.search(rf"^{re.escape(heading)}$", seen, re.MULTILINE)
    assert begin, f"{name} has no {heading}"
    depth = len(heading) - len(heading.lstrip("#"))
    end = re.compile(rf"^#{{1,{depth}}} ", re.MULTILINE).search(seen, begin.end())
    return text[begin.end() : end.start() if end else len(text)]


def anchors(text: str) -> list[str]:
    """Where a link may go: the headings, as they are spelt behind a #; of two that are the same the second has -1."""
    seen: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", LINK.sub("", heading).strip().lower()).replace(" ", "-")
        times = sum(1 for each in seen if re.fullmatch(rf"{re.escape(plain)}(-\d+)?", each))
        seen.append(f"{plain}-{times}" if times else plain)
    return seen


def broken_links(documents: dict[str, str]) -> list[str]:
    """`document: link` of every relative link that leads to no file, or to no heading of it."""
    broken = []
    for name, text in documents.items():
        for link in LINK.findall(FENCED.sub("", text)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (ROOT / name).parent / path if path else ROOT / name
            found = target.resolve()
            within = found.is_relative_to(ROOT) and found.exists()
            known = documents.get(found.relative_to(ROOT).as_posix(), "") if within else ""
            if not within or (anchor and anchor not in anchors(known)):
                broken.append(f"{name}: {link}")
    return broken
