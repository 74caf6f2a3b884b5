"""PDF: glyphs by pdfium, in lines and paragraphs made from where they stand; page margins and numbers left out."""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2
from pypdfium2 import raw

from diplosum.readers.content import Content, DocumentError, iso_date
from diplosum.readers.glyphs import Glyph, Line, gutters, lines, turned
from diplosum.readers.paragraphs import paragraphs, without_margins

MOST_PAGES = 3_000
MOST_SIGNS = 5_000_000  # in all; the longest books have 4 million letters
_MOST_ON_A_PAGE = 100_000  # a page of a newspaper has 20,000
_LAM, _ALEFS = "ل", "اأإآٱ"
_UNKNOWN = "\ufffd"
_INSIDE = re.compile(r"(?<=[\u0621-\u0652])[^\w\s\u064b-\u0652]+(?=[\u0621-\u064a])")
# A sign stretches lines that is so often, for the letters of a text, inside words, and mostly there.
_TIMES, _OFTEN, _MOSTLY = 10, 0.01, 0.8
# Control characters are what LibreOffice gives for a kashida; 2 is what pdfium gives for the hyphen of a divided word.
_SIGNS = dict.fromkeys(range(0x20), "\u0640") | {0: _UNKNOWN, 0x2: "-", 0x9: " ", 0xF0B7: "•"}
_NOTHING = {0xFFFE, 0xFFFF}
_LEAST = 0.01  # points: a size that can be divided by
_NO_SPACE = 0.05  # of the size: the width of spaces that are none
_RECOGNISE = "its text has to be recognised first: ocrmypdf -l ara IN.pdf OUT.pdf"
_NAMELESS = re.compile(r"untitled.*|microsoft (?:word|powerpoint).*|.*\.[a-z]{2,4}|\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character as pdfium gives it: where its glyph begins, the box around it, the quarter turns it stands in."""

    text: str
    x: float
    y: float
    left: float
    right: float
    size: float
    turns: int


def read(data: bytes) -> Content:
    """Read a document. Raises DocumentError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError("is encrypted", "save it without its password: qpdf --decrypt") from None
        raise DocumentError("is damaged, and no page of it can be read", "fetch or save it again") from None
    length = len(document)
    if length > MOST_PAGES:
        raise DocumentError(f"has {length:,} pages", f"split it: up to {MOST_PAGES:,} pages are read at once")
    content = Content()
    signs, pictures, total = [], [], 0
    for number in range(length):
        page, is_picture = _page(document, number, content)
        total += len(page)
        if total > MOST_SIGNS:
            raise DocumentError(f"has more than {MOST_SIGNS:,} letters", "split it")
        signs.append(page)
        pictures += [number + 1] * is_picture
    glyphs = _glyphs(signs)
    pages = [lines(page) for page in glyphs]
    known = sorted({gutter for page in pages for gutter in gutters(page)})
    if known:
        pages = [lines(page, known) for page in glyphs]
    if not any(pages):
        raise DocumentError(_pictures(pictures), _RECOGNISE) if pictures else DocumentError("has no text")
    if pictures:
        content.warnings.append(f"{_pictures(pictures)}: what they say is not read ({_RECOGNISE})")
    pages = without_margins(_with_turned_brackets(_unstretched(pages, content)), content)
    paragraphs([line for page in pages for line in page], content)
    said = document.get_metadata_dict()
    title = "" if _NAMELESS.fullmatch(said.get("Title", "")) else said["Title"]
    content.title = title or next((block.text for block in content.blocks if block.kind == "heading"), "")
    content.date = iso_date(said.get("CreationDate", ""))
    return content


def _pictures(pages: Sequence[int]) -> str:
    """Say which pages are pictures: pages 1-3, 7."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][-1] + 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    named = ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
    return f"pages {named} are pictures without text" if len(pages) > 1 else f"page {named} is a picture without text"


def _page(document: pypdfium2.PdfDocument, number: int, content: Content) -> tuple[list[_Sign], bool]:
    """Give the letters of a page, and whether it has none but something to see."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        content.left_out["broken pages"] += 1
        content.warnings.append(f"page {number + 1} is damaged and is not read")
        return [], False
    if text.count_chars() > _MOST_ON_A_PAGE:
        raise DocumentError(f"has more than {_MOST_ON_A_PAGE:,} letters on page {number + 1}")
    signs = _upright(list(_signs(text)), content)
    return signs, not signs and raw.FPDFPage_CountObjects(page) > 0


def _signs(text: pypdfium2.PdfTextPage) -> Iterator[_Sign]:
    """Yield what is printed on a page, in the order of its program, spaces that pdfium adds left aside."""
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in _NOTHING or raw.FPDFText_IsGenerated(text, index):
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(text, index, loose)
        raw.FPDFText_GetMatrix(text, index, matrix)
        box = (
            min(loose.left, left.value),
            min(loose.bottom, bottom.value),
            max(loose.right, right.value),
            max(loose.top, top.value),
        )
        turns = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
        size = max(_LEAST, abs(raw.FPDFText_GetFontSize(text, index)) * math.hypot(matrix.c, matrix.d))
        across, up, start, end = _turned_page(x.value, y.value, box, turns)
        sign = _SIGNS.get(code, chr(code))
        if not (sign.isspace() and end - start < _NO_SPACE * size):
            yield _Sign(sign, across, up, start, end, size, turns)


def _turned_page(
    x: float, y: float, box: tuple[float, float, float, float], turns: int
) -> tuple[float, float, float, float]:
    """Give a place, and the ends of a box, as they are when the page is turned so that the text is upright."""
    left, bottom, right, top = box
    return ((x, y, left, right), (y, -x, bottom, top), (-x, -y, -right, -left), (-y, x, -top, -bottom))[turns]


def _upright(signs: Sequence[_Sign], content: Content) -> list[_Sign]:
    """Keep what stands as most of the page does: stamps and water marks stand across."""
    turns = Counter(sign.turns for sign in signs).most_common(1)
    kept = [sign for sign in signs if sign.turns == turns[0][0]]
    content.left_out["letters that stand across the page"] += len(signs) - len(kept)
    return kept


def _glyphs(pages: Sequence[Sequence[_Sign]]) -> list[list[Glyph]]:
    """Make one glyph of the letters of a ligature.

    Where pdfium turns a text round, it turns the letters of a ligature round too. No alef joins a lam that follows it:
    if such ligatures are mostly alef and lam, in this order, those of other letters were turned as well.
    """
    ligatures = [list(_ligatures(page)) for page in pages]
    pairs = Counter((group[0].text, group[1].text) for page in ligatures for group in page if _is_one_box(group))
    turned = sum(pairs[alef, _LAM] - pairs[_LAM, alef] for alef in _ALEFS) > 0
    return [[_glyph(group, turned=turned) for group in page] for page in ligatures]


def _ligatures(signs: Sequence[_Sign]) -> Iterator[list[_Sign]]:
    """Gather the letters and marks that begin at one place."""
    group: list[_Sign] = []
    for sign in signs:
        if group and not (sign.x == group[0].x and abs(sign.y - group[0].y) < sign.size / 2):
            yield group
            group = []
        group.append(sign)
    if group:
        yield group


def _is_one_box(signs: Sequence[_Sign]) -> bool:
    """Whether several letters have the same box; pdfium puts the boxes of some ligatures' letters side by side."""
    return len(signs) > 1 and signs[0].left == signs[1].left


def _glyph(signs: Sequence[_Sign], *, turned: bool) -> Glyph:
    letters = [sign for sign in signs if not unicodedata.combining(sign.text)]
    if any(unicodedata.bidirectional(sign.text) == "AL" for sign in letters[1:]):
        if not _is_one_box(letters):
            letters.sort(key=lambda sign: -sign.left)
        elif (letters[0].text in _ALEFS and letters[-1].text == _LAM) or (turned and letters[0].text != _LAM):
            letters.reverse()
    first = (letters or signs)[0]
    return Glyph(
        text="".join(sign.text for sign in [*letters, *(sign for sign in signs if sign not in letters)]),
        origin=first.x,
        left=min(sign.left for sign in signs),
        right=max(sign.right for sign in signs),
        baseline=first.y,
        size=first.size,
    )


def _unstretched(pages: Sequence[Sequence[Line]], content: Content) -> list[list[Line]]:
    """Leave out the sign that stretches lines, for which some programs name any other: it is often inside words."""
    text = "\n".join(line.text for page in pages for line in page)
    letters = len(re.findall(r"[\u0621-\u064a]", text))
    inside = Counter(sign for signs in _INSIDE.findall(text) for sign in signs)
    stretching = {
        sign for sign, times in inside.items() if times > max(_TIMES, _OFTEN * letters, _MOSTLY * text.count(sign))
    }
    if unknown := text.count(_UNKNOWN) if _UNKNOWN not in stretching else 0:
        content.warnings.append(f"{unknown} signs name no letter; they are shown as {_UNKNOWN}")
    if not stretching:
        return [list(page) for page in pages]
    sign = re.compile(f"(?<=[\u0621-\u0652])[{re.escape(''.join(stretching))}]+(?=[\u0621-\u064a])")
    return [[replace(line, text=sign.sub("", line.text)) for line in page] for page in pages]


def _with_turned_brackets(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    leftward = [line for page in pages for line in page if line.leftward]
    texts = iter(turned([line.text for line in leftward]))
    return [[replace(line, text=next(texts)) if line.leftward else line for line in page] for page in pages]
