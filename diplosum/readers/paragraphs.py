"""Lines of pages -> paragraphs: what repeats in the margins left out, lines joined where a line was only full."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from diplosum.readers.content import Content
from diplosum.readers.glyphs import Line

_ENDS = re.compile(r"[.!?؟۔:…][»”\")\]]*$")
_JOINS = re.compile(r"(?:^|\s)و$")  # the letter for "and" is one word with the next, numbers included
_MARKER = re.compile(r"(?:[-–—•●▪◦‣*·]|[(\[]?(?:[\d٠-٩]{1,3}|[أ-ي])[.)\]\-])\s")
_PAGE_NUMBER = re.compile(
    r"[\s\-–—|()]*(?:صفحة|page)?\s*\d{1,4}\s*(?:(?:من|of|/)\s*\d{1,4})?[\s\-–—|()]*", re.IGNORECASE
)
# What browsers print above and below a page: date and time, its address and the number of the sheet.
_BROWSER = re.compile(
    r"(?=.*\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b)(?=.*\b\d{1,2}:\d\d\b)|(?=.*\w://)(?=.*\b\d+/\d+\b)|\S+://\S+$"
)
_MARGIN_LINES = 2  # at each end of a page
_LEADING = 1.3  # times that of most lines: a gap between paragraphs
_SIZES = 1.12  # times another size: not the same paragraph; times that of most text: a heading
_HEADING_WORDS = 30


def without_margins(pages: Sequence[Sequence[Line]], content: Content) -> list[list[Line]]:
    """Leave out what stands at the ends of many pages at the same height, page numbers and what browsers print."""
    ends = [_ends(page) for page in pages]
    seen = Counter(key for page in ends for key in {_key(line) for line in page})
    often = max(2, len(pages) // 3)
    small = median(line.size for page in pages for line in page) / _SIZES
    made = []
    for page, margins in zip(pages, ends, strict=True):
        out = {
            id(line)
            for line in margins
            if seen[_key(line)] >= often
            or _PAGE_NUMBER.fullmatch(line.text)
            or (line.size < small and _BROWSER.search(line.text))
        }
        content.left_out["page headers, footers and numbers"] += len(out)
        made.append(_within([line for line in page if id(line) not in out]))
    return made


def _within(page: Sequence[Line]) -> list[Line]:
    """Give the lines the margins of what is left of their columns."""
    made = []
    for _, group in groupby(page, key=lambda line: line.margins):
        column = list(group)
        margins = min(line.left for line in column), max(line.right for line in column)
        made += [replace(line, margins=margins) for line in column]
    return made


def _ends(page: Sequence[Line]) -> list[Line]:
    heights = sorted({line.baseline for line in page})
    at_ends = {*heights[:_MARGIN_LINES], *heights[-_MARGIN_LINES:]}
    return [line for line in page if line.baseline in at_ends]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.baseline / 4)


def paragraphs(read: Sequence[Line], content: Content) -> None:
    """Join lines to paragraphs; a larger letter makes a heading of a short one."""
    weights = Counter[float]()
    for line in read:
        weights[round(line.size, 1)] += len(line.text)
    size = max(weights, key=weights.__getitem__, default=0.0)
    steps = [_step(before, line) for before, line in pairwise(read) if before.margins == line.margins]
    leading = median(step for step in steps if step > 0) if any(step > 0 for step in steps) else _LEADING
    group: list[Line] = []
    for line in read:
        if group and not _goes_on(group[-1], line, leading):
            _add(group, size, content)
            group = []
        group.append(line)
    if group:
        _add(group, size, content)


def _step(before: Line, line: Line) -> float:
    """From one line to the next, in letters of the larger size; below zero on a new column or page."""
    return (before.baseline - line.baseline) / max(before.size, line.size)


def _goes_on(before: Line, line: Line, leading: float) -> bool:
    """Whether a line belongs to the paragraph of the line before it.

    It does not where its first word would still have fitted on the line before.
    """
    if _MARKER.match(line.text) or not 1 / _SIZES < before.size / line.size < _SIZES:
        return False
    if before.room > line.opening + before.size / 2:
        return False
    if before.margins == line.margins and _step(before, line) > 0:
        return _step(before, line) < _LEADING * leading
    return not _ENDS.search(before.text)


def _add(group: Sequence[Line], size: float, content: Content) -> None:
    text = ""
    for line in group:
        if re.search(r"[a-z]-$", text) and re.match(r"[a-z]", line.text):
            text = text[:-1] + line.text
        else:
            text += "" if _JOINS.search(text) else " "
            text += line.text
    heading = group[0].size > _SIZES * size and len(text.split()) <= _HEADING_WORDS
    content.add("heading" if heading else "item" if _MARKER.match(text.strip()) else "body", text)
