"""Glyphs at their places on a page -> lines of text in the order in which they are read.

A PDF has signs at places, and no order that can be trusted: programs write Arabic from left to right or from right to
left, and tell a ligature's letters in either order. So lines are made anew, from where things stand: glyphs are sorted
by place, right to left where a line is Arabic, and numbers and Latin words turned back (the reverse of UAX 9).
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise, takewhile
from operator import attrgetter
from statistics import median

_SPACE = 0.2  # of the size, from one glyph to the next: a space; in common fonts a space has 0.25 or more
_SAME_LINE = 0.55  # of the size, from baseline to baseline
_CORRIDOR = 0.9  # of the size: the least width of the white between two columns
_ROWS = 4  # that a corridor must pass
_NEAR = 4  # letters to the left and right of a mark, among which its own is
_COLUMN = 0.12  # of the width of all text: the least width of a column; less is a list marker

_FORMS = re.compile("[\ufb50-\ufdfb\ufe70-\ufefc]")
_KASHIDA = re.compile("(?<=[\u0621-\u0652])\u0640+(?=[\u0621-\u064a])")  # between letters it only stretches a line
_OPEN = "([{«‹"
_SHUT = ")]}»›"
_MIRROR = str.maketrans(_OPEN + _SHUT, _SHUT + _OPEN)
# Classes of characters, as letters: strong left, strong right, digits, what joins digits, anything else.
# Read from right to left, as the line is: the last letter or digit of a run comes first.
_LEFT_TO_RIGHT_BACKWARDS = re.compile(r"(?:[LD][LDJN]*)?L(?:J?D(?:JD|D)*)?|D(?:JD|D)*")
_RIGHT_TO_LEFT = re.compile(r"R(?:[RDJN]*R)?")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A sign on the page; points from the lower left corner. ``origin`` is where it begins, marks aside at its left."""

    text: str
    origin: float
    left: float
    right: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column. ``margins`` are those of the column, ``opening`` is the width of the first word."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    margins: tuple[float, float]
    opening: float
    leftward: bool

    @property
    def room(self) -> float:
        """What is left of the width of the column at the end of the line."""
        return self.left - self.margins[0] if self.leftward else self.margins[1] - self.right


def lines(glyphs: Sequence[Glyph], gutters: Sequence[float] = ()) -> list[Line]:
    """Put the glyphs of a page in lines, columns one after the other.

    ``gutters`` are the places between columns on other pages, at which fewer rows show that there are columns.
    """
    signs = _attached(glyphs)
    if not signs:
        return []
    leftward = _leftward(signs)
    made: list[Line] = []
    for column in _columns(signs, gutters, leftward=leftward):
        inked = [glyph for glyph in column if not glyph.text.isspace()]
        if inked:
            margins = min(glyph.left for glyph in inked), max(glyph.right for glyph in inked)
            made += [_line(row, margins, leftward=leftward) for row in _rows(column) if _has_ink(row)]
    return made


def turned(texts: Sequence[str]) -> list[str]:
    """Turn round the brackets and quotation marks that stand the wrong way, in lines from right to left.

    Whether the sign in the program is the one drawn or the one meant differs between programs. A mark after a space
    opens, one before a space shuts; where neither tells, it is as with most of the others.
    """
    wrong = 0
    for text in texts:
        for position, sign in _brackets(text):
            opens = _opens(text, position)
            wrong += 0 if opens is None else 1 if opens != (sign in _OPEN) else -1
    made = []
    for text in texts:
        signs = list(text)
        for position, sign in _brackets(text):
            opens = _opens(text, position)
            if (wrong > 0 and not _is_latin(text, position)) if opens is None else opens != (sign in _OPEN):
                signs[position] = sign.translate(_MIRROR)
        made.append("".join(signs))
    return made


def _brackets(text: str) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in re.finditer(r"[(\[{«‹)\]}»›]", text))


def _opens(text: str, position: int) -> bool | None:
    before, after = text[:position][-1:], text[position + 1 :][:1]
    free = not before or before.isspace()
    shut = not after or after.isspace() or after in ".،؛:,!؟?;"
    return None if free == shut else free


def _is_latin(text: str, position: int) -> bool:
    around = text[:position][-1:] + text[position + 1 :][:1]
    return bool(around) and all(_class(sign) in "LDJ" for sign in around)


def _attached(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Put each vowel mark behind the letter that it stands over or under."""
    letters = [glyph for glyph in glyphs if not _is_mark(glyph)]
    rows = [sorted(row, key=attrgetter("left")) for row in _rows([each for each in letters if not each.text.isspace()])]
    heights = [-row[0].baseline for row in rows]
    marks: dict[int, str] = {}
    for mark in filter(_is_mark, glyphs):
        place = bisect_left(heights, -mark.baseline)
        near = [letter for row in rows[max(0, place - 1) : place + 1] for letter in _under(mark, row)]
        if near:
            base = min(near, key=lambda letter: _distance(mark, letter))
            marks[id(base)] = marks.get(id(base), "") + mark.text
    return [
        replace(letter, text=letter.text + marks[id(letter)]) if id(letter) in marks else letter for letter in letters
    ]


def _under(mark: Glyph, row: Sequence[Glyph]) -> Sequence[Glyph]:
    place = bisect_left(row, mark.left, key=attrgetter("left"))
    return row[max(0, place - _NEAR) : place + _NEAR]


def _has_ink(row: Sequence[Glyph]) -> bool:
    return any(not glyph.text.isspace() for glyph in row)


def _is_mark(glyph: Glyph) -> bool:
    return all(unicodedata.combining(sign) for sign in glyph.text)


def _distance(mark: Glyph, base: Glyph) -> float:
    if (mark.origin, mark.baseline) == (base.origin, base.baseline):
        return 0  # one glyph, of which a program says both
    middle = (mark.left + mark.right) / 2
    beside = max(base.left - middle, middle - base.right, 0)
    return beside + abs(mark.baseline - base.baseline) + abs(middle - (base.left + base.right) / 2) / 100


def _leftward(glyphs: Sequence[Glyph]) -> bool:
    classes = [_class(glyph.text[0]) for glyph in glyphs]
    return classes.count("R") >= classes.count("L")


def _class(sign: str) -> str:
    kind = unicodedata.bidirectional(sign)
    return {"L": "L", "R": "R", "AL": "R", "EN": "D", "AN": "D", "CS": "J"}.get(kind, "N")


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Gather what has the same baseline, from the top of the page down."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda each: -each.baseline):
        if rows and rows[-1][0].baseline - glyph.baseline <= _SAME_LINE * max(rows[-1][0].size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def gutters(page: Sequence[Line]) -> list[float]:
    """Find where the columns of a page are apart."""
    margins = sorted({line.margins for line in page})
    return [(left[1] + right[0]) / 2 for left, right in pairwise(margins) if left[1] < right[0]]


def _columns(glyphs: Sequence[Glyph], gutters: Sequence[float], *, leftward: bool) -> Iterator[list[Glyph]]:
    """Cut a page where white runs down between rows, with text on both sides of it."""
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
    rows = _rows(inked)
    if not rows:
        return
    edges = min(glyph.left for glyph in inked), max(glyph.right for glyph in inked)
    width = _CORRIDOR * median(glyph.size for glyph in inked)
    whole: list[Glyph] = []
    start = 0
    while start < len(rows):
        end, corridor = _corridor(rows[start:], edges, width, gutters)
        end += start
        if corridor is None:
            whole += rows[start]
            start += 1
            continue
        if whole:
            yield whole
            whole = []
        block = [glyph for row in rows[start:end] for glyph in row]
        sides = (
            [glyph for glyph in block if glyph.right <= corridor],
            [glyph for glyph in block if glyph.left >= corridor],
        )
        for side in sides[::-1] if leftward else sides:
            yield from _columns(side, gutters, leftward=leftward)
        start = end
    if whole:
        yield whole


def _corridor(
    rows: Sequence[Sequence[Glyph]], edges: tuple[float, float], width: float, gutters: Sequence[float]
) -> tuple[int, float | None]:
    """Find white that runs down from the first row: how many rows, and its middle; None where there are no columns."""
    best: tuple[int, float | None] = 0, None
    free = [edges]
    least = _COLUMN * (edges[1] - edges[0])
    left, right = edges[1], edges[0]  # of the ink so far
    for count, row in enumerate(rows, 1):
        free = [
            gap
            for a in free
            for b in _gaps(row, edges)
            if (gap := (max(a[0], b[0]), min(a[1], b[1])))[1] - gap[0] >= width
        ]
        left = min(left, *(glyph.left for glyph in row))
        right = max(right, *(glyph.right for glyph in row))
        for low, high in free:
            known = any(low < gutter < high for gutter in gutters)
            if low - left >= least and right - high >= least and (known or count >= _ROWS):
                best = count, (low + high) / 2
        if not free:
            break
    return best


def _gaps(row: Sequence[Glyph], edges: tuple[float, float]) -> list[tuple[float, float]]:
    """List where a row has no ink."""
    gaps, reach = [], edges[0]
    for glyph in sorted(row, key=attrgetter("left")):
        if glyph.left > reach:
            gaps.append((reach, glyph.left))
        reach = max(reach, glyph.right)
    return [*gaps, (reach, edges[1])] if reach < edges[1] else gaps


def _line(row: Sequence[Glyph], margins: tuple[float, float], *, leftward: bool) -> Line:
    seen = _spaced(sorted(row, key=attrgetter("origin")))
    inked = [glyph for glyph in row if not glyph.text.isspace()]
    classes = {_class(glyph.text[0]) for glyph in inked}
    if "R" not in classes and "L" in classes:  # as in the lines around it, if a full stop stands to the left
        leftward = leftward and min(inked, key=attrgetter("left")).text in ".،,:;!؟?"
    first = seen[::-1] if leftward else seen
    word = list(takewhile(lambda glyph: not glyph.text.isspace(), dropwhile(lambda glyph: glyph.text.isspace(), first)))
    return Line(
        text=_folded("".join(glyph.text for glyph in _ordered(seen, leftward=leftward))),
        left=min(glyph.left for glyph in inked),
        right=max(glyph.right for glyph in inked),
        baseline=median(glyph.baseline for glyph in inked),
        size=median(glyph.size for glyph in inked),
        margins=margins,
        opening=max(glyph.right for glyph in word) - min(glyph.left for glyph in word),
        leftward=leftward,
    )


def _spaced(row: Sequence[Glyph]) -> list[Glyph]:
    """Put a space where there is room for one, besides those that are in the row."""
    made = list(row[:1])
    for before, after in pairwise(row):
        room = after.origin - before.right
        if room > _SPACE * after.size and not before.text.isspace() and not after.text.isspace():
            made.append(replace(after, text=" ", left=before.right, right=after.origin))
        made.append(after)
    return made


def _ordered(row: Sequence[Glyph], *, leftward: bool) -> list[Glyph]:
    """Put glyphs that are sorted from left to right in the order in which they are read."""
    classes = "".join(_class(glyph.text[0]) for glyph in row)
    if not leftward:
        return _with_runs(row, classes, _RIGHT_TO_LEFT, lambda run: _ordered(run, leftward=True))
    return _with_runs(row[::-1], classes[::-1], _LEFT_TO_RIGHT_BACKWARDS, lambda run: list(run[::-1]))


def _with_runs(
    row: Sequence[Glyph], classes: str, run: re.Pattern[str], turn: Callable[[Sequence[Glyph]], list[Glyph]]
) -> list[Glyph]:
    made: list[Glyph] = []
    end = 0
    for match in run.finditer(classes):
        made += [*row[end : match.start()], *turn(row[match.start() : match.end()])]
        end = match.end()
    return [*made, *row[end:]]


def _folded(text: str) -> str:
    """Write presentation forms as letters, and leave out what only stretches a line."""
    text = _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _KASHIDA.sub("", re.sub(r"\s+", " ", text).strip())
