"""What is wrong with a text that is not TOML: the parser stops at the first fault and says it in words of its own."""

import re

LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
DAY = re.compile(r"=\s*\d+-\d+-\d+")
HEADER = re.compile(r"\s*\[\[?\s*[A-Za-z_-]+\s*\]")
CURLY = re.compile("=[^\"']*[“”„‘’]")
BRACKET = "a bracket [ or brace { that was opened is not closed, or a comma is missing between two values"
# The beginning of the parser's words, and what to do about it.
REMEDIES = (
    ("Illegal character '\\n'", "text must end with a quote on the same line"),
    ("Illegal character '\\r", "text must end with a quote on the same line"),
    ("Unterminated string", "text that begins with a quote must end with one"),
    ("Expected \"'", "text that begins with a quote must end with one"),
    ("Expected '='", 'after a name comes =, such as name = "Gone quiet"'),
    ("Expected ']", "the bracket of a header is not closed: write [privacy], or [[segment]] with two on each side"),
    ("Unclosed", BRACKET),
    ("Invalid initial character", "within { } everything stands on one line, without a comma after the last entry"),
    ("Invalid value", 'text needs straight quotes, such as "vip"; numbers, days, true and false have none'),
    ("Cannot overwrite", "a name is used twice in the same place: keep one of them"),
    ("Duplicate inline table key", "a name is used twice in the same place: keep one of them"),
    ("Expected newline", "each setting needs a line of its own; is a quote or a comma missing?"),
)  # fmt: skip


def syntax_fault(text: str, error: str) -> str:
    """Such as "line 2: text must end with a quote on the same line"; `error` is what tomllib says."""
    lines = text.splitlines()
    place = LINE.search(error)
    number = int(place[1]) if place and place[1] else max(1, len(text.rstrip().splitlines()))
    return f"line {number}: {_remedy(lines[number - 1] if number <= len(lines) else '', LINE.sub('', error))}"


def _remedy(line: str, error: str) -> str:
    if DAY.search(line) and error.startswith(("Invalid", "Expected newline")):
        return "write a day of the calendar, such as 2026-01-31"
    if error.startswith("Invalid value") and HEADER.match(line):
        return f"{BRACKET}, in a line above"
    if CURLY.search(line):
        return 'text needs straight quotes "like these", not curly ones'
    found = next((remedy for words, remedy in REMEDIES if error.startswith(words)), "")
    return found or f"this is not valid TOML: {error}; see toml.io for how it is written"
