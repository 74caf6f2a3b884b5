"""A result as a Word document (Office Open XML): the same two columns, Arabic set from right to left.

It is written here and not by a library, because most of what Arabic needs (direction of paragraphs, runs and tables,
fonts and languages for complex scripts) no library has a word for. The order of elements is that of the schema
(ECMA-376, part 1), which Word insists on. No time of making stands in it: the same result gives the same bytes.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from diplosum import __version__
from diplosum.remarks import Remark
from diplosum.render import Page
from diplosum.spread import (
    ARABIC_WORDS,
    COLUMNS,
    LABELS,
    Highlight,
    Language,
    Part,
    Row,
    Side,
    Spread,
    language,
    ranges,
    spread,
)

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP archive can hold

_TYPES = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "word/styles.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}
_MARKS: dict[Highlight, str] = {  # underlines that are told apart without their colours
    "fail": '<w:u w:val="double" w:color="A3141B"/><w:shd w:val="clear" w:color="auto" w:fill="FBE3E3"/>',
    "warn": '<w:u w:val="thick" w:color="774700"/><w:shd w:val="clear" w:color="auto" w:fill="FBEFD2"/>',
    "note": '<w:u w:val="dotted" w:color="3C4D62"/><w:shd w:val="clear" w:color="auto" w:fill="E8EDF3"/>',
    "term": '<w:u w:val="single" w:color="8A857C"/>',
}
_WIDTH = 9866  # twentieths of a point: A4 without its margins of 18 mm
_NUMBER = 560  # of which the numbers take this
_LATIN_WORDS = re.compile(r"[A-Za-z](?:[\w\s.,:/@&'+-]*\w)?", re.ASCII)
_LEFT_TO_RIGHT = "\u200e"
_NOT_IN_XML = re.compile("[\ufffe\uffff]")  # the controls among them are pictures already


def docx(page: Page) -> bytes:
    """Render as a document for Word and LibreOffice."""
    shown = spread(page)
    body = "".join([*_opening(shown), *(block for part in shown.parts for block in _part(part)), *_closing(shown)])
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            (f"{_RELATIONS}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/_rels/document.xml.rels": _relations((f"{_RELATIONS}/styles", "styles.xml")),
        "docProps/core.xml": _core(shown),
        "word/styles.xml": resources.files("diplosum").joinpath("assets/styles.xml").read_text("utf-8"),
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_MAIN}"><w:body>{body}{_SECTION}</w:body></w:document>',
    }
    archive = BytesIO()
    with ZipFile(archive, "w") as opened:
        for name, text in files.items():
            entry = ZipInfo(name, _OLDEST)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # as on every system
            opened.writestr(entry, text.encode("utf-8"))
    return archive.getvalue()


_SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1020" w:right="1020" w:bottom="1020" w:left="1020"'
    ' w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)


def _types() -> str:
    parts = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in _TYPES.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    defaults = (
        f'<Default Extension="rels" ContentType="{relations}"/><Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{parts}</Types>'


def _relations(*targets: tuple[str, str]) -> str:
    written = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{written}</Relationships>'


def _core(shown: Spread) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_escape(shown.title)}</dc:title><dc:creator>diplosum {__version__}</dc:creator>"
        "</cp:coreProperties>"
    )


def _opening(shown: Spread) -> Iterator[str]:
    yield _paragraph(_runs(shown.title, language(shown.title, "ar")), language(shown.title, "ar"), "Title")
    if shown.subtitle:
        yield _paragraph(_runs(shown.subtitle, "en"), "en", "Subtitle")
    yield from _named(shown.facts)


def _named(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        yield _paragraph(_run(f"{name}: ", bold=True) + _runs(value, "en"), "en", "Small")


def _part(part: Part) -> Iterator[str]:
    if not part.rows:
        return
    yield _paragraph(_run(part.title), "en", "Heading1")
    only_arabic = part.languages == ("ar",)
    width = (_WIDTH - _NUMBER) // len(part.languages)
    widths = [_NUMBER, *(width for _ in part.languages)]
    yield (
        "<w:tbl><w:tblPr>"
        + ("<w:bidiVisual/>" if only_arabic else "")  # the first column at the right
        + f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_RULES}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
    )
    cells = [_paragraph(_run("No."), "en", "Small")]
    cells += [_paragraph(_run(COLUMNS[column]), column, "Small") for column in part.languages]
    yield _row(cells, widths, "<w:cantSplit/><w:tblHeader/>")
    for number, row in enumerate(part.rows, 1):
        yield _row([_paragraph(_run(f"{number}"), "en", "Small"), *_cells(part, row)], widths, "<w:cantSplit/>")
    yield "</w:tbl>"


_RULES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFBAB2"/>' for side in ("top", "bottom", "insideH")
)


def _row(cells: Iterable[str], widths: Iterable[int], properties: str) -> str:
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{written}</w:tr>"


def _cells(part: Part, row: Row) -> Iterator[str]:
    under = "".join(map(_remark, row.remarks))
    if row.terms:
        terms = ", ".join(f"{arabic} {english}" for arabic, english in row.terms)
        under += _paragraph(_run("Glossary: ", bold=True) + _runs(terms, "en"), "en", "Small")
    if part.name == "summary":
        word = "sentence" if len(row.sources) == 1 else "sentences"
        under += _paragraph(_run(f"From {word} {ranges(row.sources)}"), "en" if row.english else "ar", "Small")
    for side in (row.english, row.arabic):
        if side is not None:
            yield _sentence(side, row) + under
            under = ""
        elif len(part.languages) > 1:
            yield _paragraph("", "en")


def _sentence(side: Side, row: Row) -> str:
    heading = row.kind == "heading"
    runs = "".join(
        _runs(piece.text, side.language, bold=heading, italic=side.missing, highlight=piece.highlight)
        for piece in side.pieces
    )
    return _paragraph(runs, side.language, keep=heading)


def _remark(remark: Remark) -> str:
    return _paragraph(_run(f"{LABELS[remark.severity]}: ", bold=True) + _runs(remark.message, "en"), "en", "Remark")


def _closing(shown: Spread) -> Iterator[str]:
    yield _paragraph(_run("How this was made"), "en", "Heading1")
    yield _paragraph(_run(f"diplosum {__version__}"), "en", "Small")
    for model in shown.models:
        yield from _named(model)
    for signature in shown.signatures:
        yield from _named([("Signature", signature)])


def _paragraph(runs: str, written: Language, style: str = "Normal", *, keep: bool = False) -> str:
    """Write a paragraph; ``keep`` keeps it on the page of the next one."""
    properties = ("<w:keepNext/>" if keep else "") + ("<w:bidi/>" if written == "ar" else "")
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def _runs(
    text: str, written: Language, *, bold: bool = False, italic: bool = False, highlight: Highlight | None = None
) -> str:
    """Write a text in one language, the words of the other in runs of their own, which have another direction."""
    arabic = written == "ar"
    others = _LATIN_WORDS if arabic else ARABIC_WORDS
    pieces, end = [], 0
    for match in others.finditer(text):
        pieces += [(text[end : match.start()], arabic), (match[0], not arabic)]
        pieces += [] if arabic else [(_LEFT_TO_RIGHT, False)]  # else the Arabic words of a list would change places
        end = match.end()
    pieces.append((text[end:], arabic))
    return "".join(
        _run(piece, arabic=is_arabic, bold=bold, italic=italic, highlight=highlight)
        for piece, is_arabic in pieces
        if piece
    )


def _run(
    text: str, *, arabic: bool = False, bold: bool = False, italic: bool = False, highlight: Highlight | None = None
) -> str:
    properties = (
        ("<w:b/><w:bCs/>" if bold else "")
        + ("<w:i/><w:iCs/>" if italic else "")
        + (_MARKS[highlight] if highlight else "")
        + ('<w:rtl/><w:lang w:bidi="ar"/>' if arabic else '<w:lang w:val="en-GB"/>')
    )
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{_escape(text)}</w:t></w:r>'


def _escape(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text), quote=False)
