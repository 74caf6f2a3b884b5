"""A text as paragraphs and sentences: spans that, with the white space between them, join back to the text.

The rules are those of Arabic print: a line break ends a sentence; so do ``. ! ? ؟ ۔ …`` and the closing marks after
them, when white space follows; ``، : ؛`` never do. A full stop after an abbreviation, an initial or a list number does
not end a sentence. Splitting too little is the safer mistake: nothing is lost by it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from diplosum.arabic import western_digits
from diplosum.rows import Rows

Kind = Literal["heading", "body", "item"]

_KINDS: tuple[Kind, ...] = get_args(Kind)
_WORD = re.compile(r"\S+")

_LINE_BREAK = re.compile("\r\n|[\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_EDGE = re.compile(rf"[\s{_INVISIBLE}]+")
_END = re.compile(rf"[.!?؟۔…]+(?:[»”’'\"\)\]﴾›{_INVISIBLE}]|\s[»”\)\]﴾›])*(?=\s|$)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_OPENERS = " \t\u00a0«“\"'‘([﴿‹"
_LONGEST_ABBREVIATION = 16  # characters looked back for one

_DOTTED = re.compile(r"(?:[^\W\d_]ـ?\.)+(?:[^\W\d_]ـ?)?")  # أ.د  ص.ب  ر.س  U.S; letters only, so that 4.5 is none
_INITIAL = re.compile(r"و?[^\W\d_]ـ?")  # د  م  هـ  J, and «ود.» in «ود. خالد»
_LATIN = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "vs", "no", "fig", "inc", "ltd", "co", "gen", "col", "sen"})
_YEAR_MARK = re.compile(r"[\d٠-٩]{3,4}\s?(?:هـ|ه|م)")  # «1445 هـ.» and «2019 م.» do end sentences

_MARKER = re.compile(r"(?:[-–—•●▪◦‣*·]|[(\[]?(?:[\d٠-٩۰-۹]{1,3}|[أ-ي]ـ?)[.)\]\-]|\([أ-ي]ـ?\))[ \t\u00a0]+(?=\S)")
_NUMBER_SO_FAR = re.compile(r"[(\[]?[\d٠-٩۰-۹]{1,3}(?:[.\-][\d٠-٩۰-۹]{1,3})*")
_TITLE_WORDS = 30  # a first line of more is a paragraph that lost its full stop
_HEADING_WORDS = 10  # so is a later line of more


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text[start:end]`` of a document; ``paragraph`` counts from 0."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line with something on it. ``first`` and ``last`` are positions of its sentences, the last one excluded.

    ``marker`` is the length of the list marker it starts with («- », «١. »), 0 without.
    """

    start: int
    end: int
    kind: Kind
    marker: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its paragraphs and sentences."""

    text: str
    paragraphs: Sequence[Paragraph]
    sentences: Sequence[Sentence]

    @property
    def words(self) -> int:
        """How many words the text has, by the white space between them."""
        return sum(1 for _ in _WORD.finditer(self.text))  # a list of them would take ten times the text

    def sentence(self, position: int) -> str:
        """Return one sentence, as the user wrote it."""
        span = self.sentences[position]
        return self.text[span.start : span.end]

    def marker(self, position: int) -> str:
        """Return the list marker that a sentence starts with, as the user wrote it; empty without one."""
        span = self.sentences[position]
        paragraph = self.paragraphs[span.paragraph]
        return self.text[span.start : span.start + paragraph.marker] if position == paragraph.first else ""

    def kind(self, position: int) -> Kind:
        """Tell what kind of paragraph a sentence stands in."""
        return self.paragraphs[self.sentences[position].paragraph].kind

    def gaps(self) -> Iterator[str]:
        """Yield the white space before each sentence, then that after the last: one more than there are sentences."""
        end = 0
        for span in self.sentences:
            yield self.text[end : span.start]
            end = span.end
        yield self.text[end:]


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place where a sentence could end: ``offset`` in the line, whether it does, and the reason in words."""

    offset: int
    ends: bool
    reason: str


def boundaries(line: str) -> Iterator[Boundary]:
    """Judge every end mark inside one line that white space follows; the end of the line itself is not listed."""
    start = 0
    for match in _END.finditer(line):
        if match.end() == len(line):
            return
        reason = _not_an_end(line, start, match) if match[0] == "." else None
        yield Boundary(match.end(), ends=reason is None, reason=reason or f"ends with {match[0]}")
        if reason is None:
            start = match.end()


def _not_an_end(line: str, start: int, match: re.Match[str]) -> str | None:
    """Say why a lone full stop is none, or None when it is one."""
    before = line[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
    token = before[max(map(before.rfind, _OPENERS)) + 1 :]
    if _INITIAL.fullmatch(token):
        era = line[max(start, match.start() - len("1445 هـ")) : match.start()]
        return None if _YEAR_MARK.search(era) else f"«{token}.» is an initial or abbreviation"
    if _DOTTED.fullmatch(token) or _DOTTED.fullmatch(token.removeprefix("و")) or token.lower() in _LATIN:
        return f"«{token}.» is an abbreviation"
    if _NUMBER_SO_FAR.fullmatch(line[start : match.start()].strip()) and not line[:start].strip():
        return f"«{token}.» is a list number"
    return None


def _spans(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a line, white space and invisible marks outside.

    A piece without a letter or digit is no sentence of its own; it stays with the one before it, or after it.
    """
    cuts = [boundary.offset for boundary in boundaries(line) if boundary.ends]
    pieces = [_trim(line, start, end) for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    spans: list[tuple[int, int]] = []
    opening: int | None = None
    for start, end in pieces:
        if start == end:
            continue
        if _LETTER_OR_DIGIT.search(line, start, end):
            spans.append((start if opening is None else opening, end))
            opening = None
        elif spans:
            spans[-1] = (spans[-1][0], end)
        elif opening is None:
            opening = start
    if opening is not None:
        spans.append((opening, _trim(line, opening, len(line))[1]))
    yield from spans


def _trim(line: str, start: int, end: int) -> tuple[int, int]:
    lead = _EDGE.match(line, start, end)
    start = lead.end() if lead else start
    while end > start and _EDGE.match(line, end - 1, end):
        end -= 1
    return start, end


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _LINE_BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _kind(line: str, *, marker: int, first: bool) -> Kind:
    if marker:
        return "item"
    if re.search(rf"(?:[.!?؟۔…]+[»”’'\"\)\]]*|[،؛,;])[{_INVISIBLE}]*$", line):
        return "body"
    short = len(line.split()) <= (_TITLE_WORDS if first else _HEADING_WORDS)
    return "heading" if short and _LETTER_OR_DIGIT.search(line) else "body"


def parse(text: str) -> Document:
    """Split a text. Any string will do; one of white space has no sentences.

    A heading is a line without an end mark that has text under it: the first line, or a short one.
    """
    paragraphs = Rows(_paragraph, 6)
    sentences = Rows(Sentence, 3)
    for line_start, line_end in _lines(text):
        line = text[line_start:line_end]
        first = len(sentences)
        for start, end in _spans(line):
            sentences.append(line_start + start, line_start + end, len(paragraphs))
        if len(sentences) == first:
            continue
        start, end = sentences[first].start, sentences[-1].end
        match = _MARKER.match(text, start, end)
        marker = match.end() - start if match else 0
        kind = _kind(text[start:end], marker=marker, first=not paragraphs)
        paragraphs.append(start, end, _KINDS.index(kind), marker, first, len(sentences))
    if paragraphs and paragraphs[-1].kind == "heading":
        last = paragraphs[-1]
        paragraphs.drop()
        paragraphs.append(last.start, last.end, _KINDS.index("body"), last.marker, last.first, last.last)
    return Document(text, paragraphs, sentences)


def _paragraph(start: int, end: int, kind: int, marker: int, first: int, last: int) -> Paragraph:  # noqa: PLR0917, PLR0913 - the fields of a paragraph
    return Paragraph(start, end, _KINDS[kind], marker, first, last)


def render_marker(marker: str) -> str:
    """Write a list marker for an English reader: its digits as 0-9, a lettered one as it is."""
    return western_digits(marker)
