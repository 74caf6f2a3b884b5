"""Word documents: paragraphs, headings, lists, cells, footnotes; python-docx opens them and knows their styles.

Its own ``paragraph.text`` passes over what stands in tracked insertions, content controls and text boxes, so the
text is taken from the XML here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from diplosum.readers.archive import Archive, Element, local, parse
from diplosum.readers.content import Content, DocumentError, Kind, fold, iso_date

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# A second version of a drawing for old programs, the code of a field, and how things look.
_NOT_TEXT = {"Fallback", "instrText", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr"}
_COMMENTS = "word/comments.xml"
_DELETED = {"del", "moveFrom"}
_BREAKS = {"cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
_HEADING = re.compile(r"heading \d|title|subtitle", re.IGNORECASE)


def read(data: bytes) -> Content:
    """Read a document. Raises DocumentError."""
    with Archive(data) as archive:  # checked first: python-docx unpacks all of it at once
        roots = [archive.xml(name) for name in ("word/footnotes.xml", "word/endnotes.xml") if name in archive.names]
        archive.xml("word/document.xml")
        comments = len(archive.xml(_COMMENTS)) if _COMMENTS in archive.names else 0
        margins = sum(bool(re.match(r"word/(?:header|footer)\d*\.xml", name)) for name in archive.names)
    try:
        document = docx.Document(BytesIO(data))
        walker = _Walker(_styles(document), _bullets(document))
        walker.blocks(document.element.body, "body")
        properties = document.core_properties
        content = walker.content
        content.title = properties.title or content.title
        content.date = iso_date(properties.created.isoformat()) if properties.created else ""
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise DocumentError(f"is damaged: {error}", "open it in Word or LibreOffice and save it again") from None
    for note in (note for root in roots for note in root if note.get(f"{_W}type") in {None, "normal"}):
        walker.blocks(note, "body")
    content.left_out.update({"page headers and footers": margins, "comments": comments})
    return content


@dataclass(slots=True)
class _Walker:
    """Walks the XML in reading order. ``styles`` gives a paragraph's kind, ``bullets`` lists and levels with none."""

    styles: dict[str, "_Style"]
    bullets: set[tuple[str, str]]
    content: Content = field(default_factory=Content)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def blocks(self, container: Element, kind: Kind) -> None:
        """Add the paragraphs below an element; what else is below it stands in them."""
        for child in container:
            name = local(child)
            if name == "p":
                self._paragraph(child, kind)
            elif name in _DELETED:
                self.content.left_out["deleted passages"] += 1
            elif name not in _NOT_TEXT:
                self.blocks(child, "cell" if name == "tc" else kind)

    def _paragraph(self, paragraph: Element, kind: Kind) -> None:
        boxes: list[Element] = []
        text = "".join(self._inline(paragraph, boxes))
        if fold(text):
            style = self.styles.get(_value(paragraph, "pPr/pStyle") or "", _Style())
            number = _value(paragraph, "pPr/numPr/numId") or style.number
            level = _value(paragraph, "pPr/numPr/ilvl") or "0"
            if style.heading or _value(paragraph, "pPr/outlineLvl") in set("012345678"):
                self.content.title = self.content.title or (text if style.title else "")
                self.content.add("heading", text)
            elif number in {"", "0"}:
                self.content.add(kind, text)
            else:
                self.content.add("item", text, self._marker(number, level))
        for box in boxes:
            self.blocks(box, kind)

    def _marker(self, number: str, level: str) -> str:
        self.numbers[number, level] += 1
        for other, deeper in list(self.numbers):
            if other == number and int(deeper) > int(level):
                del self.numbers[other, deeper]
        marker = "-" if (number, level) in self.bullets else f"{self.numbers[number, level]}."
        return f"{'  ' * int(level)}{marker} "

    def _inline(self, element: Element, boxes: list[Element]) -> Iterator[str]:
        for child in element:
            name = local(child)
            if name == "t":
                yield (child.text or "").replace("\n", " ")
            elif name == "br":
                yield "" if child.get(f"{_W}type") in {"page", "column"} else "\n"
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "txbxContent":
                boxes.append(child)
            elif name in _DELETED or (name == "r" and _is_hidden(child)):
                self.content.left_out["deleted passages" if name in _DELETED else "hidden passages"] += 1
            elif name not in _NOT_TEXT:
                self.content.left_out["pictures"] += name in {"pic", "imagedata"}
                yield from self._inline(child, boxes)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says of the paragraphs that have it. ``number`` is that of a list."""

    heading: bool = False
    title: bool = False
    number: str = ""


def _styles(document: Document) -> dict[str, _Style]:
    """Every style of paragraphs by its id, with what it has from those that it is based on."""
    made = {}
    for style in document.styles:
        chain, base = [], style
        while base is not None and base not in chain:
            chain.append(base)
            base = getattr(base, "base_style", None)
        numbers = [_value(link.element, "pPr/numPr/numId") for link in chain]
        made[style.style_id] = _Style(
            heading=any(_HEADING.fullmatch(link.name or "") for link in chain),
            title=(style.name or "").lower() == "title",
            number=next(filter(None, numbers), ""),
        )
    return made


def _bullets(document: Document) -> set[tuple[str, str]]:
    """List the lists, by number and level, whose items have a sign and no number."""
    root = next((rel.target_part for rel in document.part.rels.values() if rel.reltype == RT.NUMBERING), None)
    if root is None:
        return set()
    root = parse(root.blob, "word/numbering.xml")
    levels = {
        kind.get(f"{_W}abstractNumId"): [
            level.get(f"{_W}ilvl")
            for level in kind.findall(f"{_W}lvl")
            if _value(level, "numFmt") in {"bullet", "none"}
        ]
        for kind in root.findall(f"{_W}abstractNum")
    }
    return {
        (number.get(f"{_W}numId"), level)
        for number in root.findall(f"{_W}num")
        for level in levels.get(_value(number, "abstractNumId"), ())
    }


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in {"0", "false"}


def _value(element: Element, path: str) -> str:
    found = element.find("/".join(f"{_W}{name}" for name in path.split("/")))
    return "" if found is None else found.get(f"{_W}val", "")
