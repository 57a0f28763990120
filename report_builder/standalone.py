"""A page as one file that goes anywhere: nothing in it asks a server, needs a script or leads into the report.

What stays is what a reader of a printed page has use for. Works on the text of a finished page, so that no template can
forget it.
"""

import base64
import hashlib
import re
from html.parser import HTMLParser

# Explanations open over a page, choices and downloads lead to others: on their own they are nothing.
LEFT_OUT = {
    "def", "skip", "choice", "pick", "crumb", "neighbours", "tools", "pager", "keys", "theme", "find", "export",
    "only-here",
}  # fmt: skip
DROPPED_TAGS = {"script", "noscript", "template", "link", "button", "input", "select", "fieldset", "form"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What points at something that is not there, or speaks to a script.
ATTRIBUTES = re.compile(r'\s(?:data-[\w-]+|aria-describedby|aria-current|tabindex)="[^"]*"')


class _Loosened(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._dropping: list[str] = []  # the open tags below the one that is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping or self._is_left_out(tag, dict(attrs)):
            if tag not in VOID:
                self._dropping.append(tag)
        elif tag == "a":  # its text stays, where it was
            self.parts.append('<span dir="auto">' if "dir" in dict(attrs) else "<span>")
        else:
            self.parts.append(ATTRIBUTES.sub("", self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._dropping and not self._is_left_out(tag, dict(attrs)):
            self.parts.append(ATTRIBUTES.sub("", self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._dropping:
            while self._dropping.pop() != tag:  # an element whose end HTML lets one leave out
                pass
        elif not self._dropping:
            self.parts.append("</span>" if tag == "a" else f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self._dropping:
            self.parts.append(text)

    @staticmethod
    def _is_left_out(tag: str, attributes: dict[str, str | None]) -> bool:
        classes = set((attributes.get("class") or "").split())
        is_way_out = tag == "a" and ("download" in attributes or "aside" in classes)
        return tag in DROPPED_TAGS or bool(classes & LEFT_OUT) or is_way_out


def loosened(html: str) -> str:
    """The same page without links, scripts, forms and what only a page among others needs. Text of links stays."""
    parser = _Loosened()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def policy(styles: str) -> str:
    """The strictest content policy that lets exactly these styles in."""
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
