"""OpenDocument texts: paragraphs, headings, lists, cells, notes; deleted passages and comments left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from diplosum.readers.archive import Archive, Element, local
from diplosum.readers.content import Content, Kind, iso_date

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_LEFT_OUT = {
    "tracked-changes": "deleted passages",
    "annotation": "comments",
    "table-of-content": "tables of contents",
    "image": "pictures",
}
_NOT_TEXT = {"sequence-decls", "forms", "variable-decls", "user-field-decls", "ruby-text", "annotation-end"}
_HEADING = re.compile(r"Title|Subtitle|Heading(?:_20_\d+)?")
_BREAKS = {"line-break": "\n", "tab": " "}


def read(data: bytes) -> Content:
    """Read a document. Raises DocumentError."""
    with Archive(data) as archive:
        root = archive.xml("content.xml")
        meta = archive.xml("meta.xml") if "meta.xml" in archive.names else None
        styles = archive.xml("styles.xml") if "styles.xml" in archive.names else None
    walker = _Walker(_numbered(root, styles), _parents(root))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is not None:
        walker.blocks(body, "body")
    for note in walker.notes:
        walker.blocks(note, "body")
    content = walker.content
    said = {} if meta is None else {local(element): element.text or "" for element in meta.iter() if local(element)}
    content.title = said.get("title") or content.title
    content.date = iso_date(said.get("creation-date") or said.get("date") or "")
    if styles is not None:
        margins = (element for element in styles.iter() if local(element) in {"header", "footer"})
        content.left_out["page headers and footers"] += sum(bool("".join(each.itertext()).strip()) for each in margins)
    return content


@dataclass(slots=True)
class _Walker:
    """Walks the XML in reading order. ``numbered`` are the styles of lists and levels whose items have a number."""

    numbered: set[tuple[str, int]]
    parents: dict[str, str]  # of styles that stand for another with some change
    content: Content = field(default_factory=Content)
    notes: list[Element] = field(default_factory=list)

    def blocks(self, container: Element, kind: Kind) -> None:
        """Add the paragraphs below an element."""
        for child in container:
            name = local(child)
            if name == "h":
                self._paragraph(child, "heading")
            elif name == "p":
                self._paragraph(child, kind)
            elif name == "list":
                self._list(child, child.get(f"{_TEXT}style-name", ""), 1)
            elif name in _LEFT_OUT:
                self.content.left_out[_LEFT_OUT[name]] += len(child) if name == "tracked-changes" else 1
            elif name not in _NOT_TEXT:
                self.blocks(child, "cell" if name == "table-cell" else kind)

    def _list(self, element: Element, style: str, level: int) -> None:
        number = 0
        for item in element:
            marker = "- "
            if local(item) == "list-item":
                number += 1
                marker = f"{number}. " if (style, level) in self.numbered else "- "
            for child in item:
                if local(child) == "list":
                    self._list(child, child.get(f"{_TEXT}style-name", style), level + 1)
                else:
                    kind: Kind = "heading" if local(child) == "h" else "item"
                    indent = "  " * (level - 1) + marker
                    before = len(self.content.blocks)
                    self._paragraph(child, kind, indent if kind == "item" else "")
                    marker = "  " if len(self.content.blocks) > before else marker

    def _paragraph(self, element: Element, kind: Kind, marker: str = "") -> None:
        boxes: list[Element] = []
        text = "".join(self._inline(element, boxes))
        style = element.get(f"{_TEXT}style-name", "")
        names = [style, self.parents.get(style, "")]
        if any(map(_HEADING.fullmatch, names)):
            kind = "heading"
            self.content.title = self.content.title or (text if "Title" in names else "")
        self.content.add(kind, text, marker)
        for box in boxes:
            self.blocks(box, "body")

    def _inline(self, element: Element, boxes: list[Element]) -> Iterator[str]:
        yield (element.text or "").replace("\n", " ")
        for child in element:
            name = local(child)
            if name == "s":
                yield " "
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "note":
                self.notes += [part for part in child if local(part) == "note-body"]
            elif name == "text-box":
                boxes.append(child)
            elif name in _LEFT_OUT:
                self.content.left_out[_LEFT_OUT[name]] += 1
            elif name and name not in _NOT_TEXT:
                yield from self._inline(child, boxes)
            yield (child.tail or "").replace("\n", " ")


def _parents(root: Element) -> dict[str, str]:
    return {
        style.get(f"{_STYLE}name", ""): style.get(f"{_STYLE}parent-style-name", "")
        for style in root.iter(f"{_STYLE}style")
    }


def _numbered(*roots: Element | None) -> set[tuple[str, int]]:
    """List the list styles and levels that count."""
    return {
        (style.get(f"{_STYLE}name", ""), int(level.get(f"{_TEXT}level", "1")))
        for root in roots
        if root is not None
        for style in root.iter(f"{_TEXT}list-style")
        for level in style.iter(f"{_TEXT}list-level-style-number")
    }
