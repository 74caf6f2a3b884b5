"""A tree of HTML, or of trafilatura's own kind of it, as blocks of text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree, html

from diplosum.readers.archive import Element, local
from diplosum.readers.content import Content, DocumentError, Kind

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "head"), "heading"),
    **dict.fromkeys(("td", "th", "cell"), "cell"),
    **dict.fromkeys(("blockquote", "quote"), "quote"),
}
_LISTS = {"ul", "ol", "menu", "list"}
_ITEMS = {"li", "item"}
_BREAKS = {"br", "lb"}
# Of these, text that stands beside other text belongs to the paragraph around it; anything else begins a new one.
INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "hi", "i"),
    *("ins", "kbd", "label", "mark", "nobr", "output", "q", "ref", "ruby", "rb", "rbc", "s", "samp", "small", "span"),
    *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
}
_LEFT_OUT = {
    "nav": "blocks of navigation",
    "pre": "blocks of code",
    **dict.fromkeys(("img", "svg", "graphic"), "pictures"),
    **dict.fromkeys(("button", "select", "textarea", "input"), "parts of forms"),
    **dict.fromkeys(("audio", "video", "iframe", "object", "embed", "canvas"), "embedded things"),
}
_NOT_TEXT = {"script", "style", "template", "noscript", "title", "meta", "link", "base", "datalist", "rp", "rt"}


def parse(page: str | bytes, encoding: str | None = None) -> Element | None:
    """Parse a page, however badly it is written; None where there is nothing on it. Raises DocumentError."""
    parser = html.HTMLParser(remove_comments=True, encoding=encoding)
    try:
        root = html.document_fromstring(page, parser)
    except etree.ParserError:
        return None
    if any("depth" in error.message for error in parser.error_log):  # what lies deeper was passed over
        raise DocumentError("is nested too deeply to be read", "save it as plain text")
    return root


@dataclass(slots=True)
class Walker:
    """Adds the text below elements to ``content``."""

    content: Content
    pieces: list[str] = field(default_factory=list)
    marker: str = ""  # for the next block of the list item that is open

    def read(self, root: Element) -> None:
        """Add what is below an element."""
        self._walk(root, "body", 0)
        self._flush("body")

    def _walk(self, element: Element, kind: Kind, depth: int) -> None:
        """Add what is below an element; ``depth`` counts the lists around it."""
        self._take(element.text)
        for number, child in enumerate(element, 1):
            name = local(child)
            if name in _LEFT_OUT:
                self.content.left_out[_LEFT_OUT[name]] += 1
            elif name in _BREAKS:
                self.pieces.append("\n")
            elif name in INLINE:
                self._walk(child, kind, depth)
            elif name in _ITEMS:
                ordered = "ol" in (local(element), element.get("rend"))
                self._item(child, kind, depth, f"{number}. " if ordered else "- ")
            elif name and name not in _NOT_TEXT:
                self._flush(kind)
                inner = _KINDS.get(name, kind)
                self._walk(child, inner, depth + (name in _LISTS))
                self._flush(inner)
            self._take(child.tail)

    def _item(self, element: Element, kind: Kind, depth: int, marker: str) -> None:
        self._flush(kind)
        around, self.marker = self.marker, "  " * (depth - 1) + marker
        self._walk(element, "item", depth)
        self._flush("item")
        self.marker = around

    def _take(self, text: str | None) -> None:
        if text:
            self.pieces.append(text.replace("\n", " "))

    def _flush(self, kind: Kind) -> None:
        before = len(self.content.blocks)
        self.content.add(kind, "".join(self.pieces), self.marker if kind == "item" else "")
        self.pieces.clear()
        if len(self.content.blocks) > before and kind == "item":
            self.marker = " " * len(self.marker)
