"""Segments that fit a model, batches of them, and the order put back: pure functions over token counts."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeVar

Count = Callable[[Sequence[str]], list[int]]
Answer = TypeVar("Answer")
Item = TypeVar("Item")

# Where an over-long sentence is cut, best place first; what the pattern matches goes with the words before it.
# «،» before a conjunction ends a clause; any «،» may stand inside a list; a space is the last resort. Never in a word.
_PLACES = (
    re.compile(r"[؛;]\s+"),
    re.compile(r"[،,]\s+(?=(?:و|ثم\b|حيث\b|لكن|كما\b|and\b|but\b|while\b))"),
    re.compile(r"[،,:]\s+"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """What one row of a batch reads: part ``part`` of ``parts`` of the text at ``position``.

    ``tokens`` counts special tokens; a segment with more tokens than the budget is a single word that no cut can help.
    """

    position: int
    part: int
    parts: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Segments of similar length; the first is the longest."""

    segments: tuple[Segment, ...]

    @property
    def cost(self) -> int:
        """Rows times the longest row, in tokens: what the batch takes with its padding."""
        return len(self.segments) * self.segments[0].tokens


def pack(texts: Sequence[str], count: Count, budget: int) -> list[Segment]:
    """One segment a text, or several where a text has more than ``budget`` tokens.

    The parts of a text, joined with single spaces, have its words in its order, none missing.
    """
    segments = []
    for position, (text, tokens) in enumerate(zip(texts, count(texts), strict=True)):
        parts = [(text, tokens)] if tokens <= budget else _cut(text, tokens, count, budget)
        segments += [Segment(position, index, len(parts), part, size) for index, (part, size) in enumerate(parts)]
    return segments


def _cut(text: str, tokens: int, count: Count, budget: int) -> list[tuple[str, int]]:
    """Cut ``text`` into parts of nearly equal size that fit, at the best places that allow it."""
    pieces = [(text, tokens)]
    for place in _PLACES:
        if all(size <= budget for _, size in pieces):
            break
        pieces = [
            fine
            for piece, size in pieces
            for fine in ([(piece, size)] if size <= budget else _with_sizes(_split(piece, place), count))
        ]
    return _join(pieces, count, budget)


def _split(text: str, place: re.Pattern[str]) -> list[str]:
    ends = [match.end() for match in place.finditer(text)]
    return [text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]


def _with_sizes(texts: list[str], count: Count) -> list[tuple[str, int]]:
    return list(zip(texts, count(texts), strict=True))


def _join(pieces: list[tuple[str, int]], count: Count, budget: int) -> list[tuple[str, int]]:
    """Join neighbours while they fit, by the sum of their sizes; then count each group as a whole."""
    (special,) = count([""])  # tokens that every text has, whatever it says
    spans = windows([max(1, size - special) for _, size in pieces], budget=max(1, budget - special))
    groups = [[pieces[index][0] for index in span] for span in spans]
    joined = _with_sizes([" ".join(group) for group in groups], count)
    return [
        part
        for group, whole in zip(groups, joined, strict=True)
        for part in ([whole] if len(group) == 1 or whole[1] <= budget else _halves(group, count, budget))
    ]


def _halves(group: list[str], count: Count, budget: int) -> list[tuple[str, int]]:
    """Undo a join that came out longer than the sum of its pieces: tokens may merge differently."""
    middle = len(group) // 2
    return [
        part for half in (group[:middle], group[middle:]) for part in _join(_with_sizes(half, count), count, budget)
    ]


def batches(segments: Iterable[Segment], *, rows: int, tokens: int) -> list[Batch]:
    """Group segments longest first: at most ``rows`` rows, and at most ``tokens`` tokens with padding.

    A segment longer than ``tokens`` is a batch of its own. The same segments give the same batches, whatever their
    order was.
    """
    order = sorted(segments, key=lambda segment: (-segment.tokens, segment.position, segment.part))
    made: list[Batch] = []
    group: list[Segment] = []
    for segment in order:
        if group and (len(group) == rows or (len(group) + 1) * group[0].tokens > tokens):
            made.append(Batch(tuple(group)))
            group = []
        group.append(segment)
    if group:
        made.append(Batch(tuple(group)))
    return made


def chunks(items: Iterable[Item], *, first: int, most: int) -> Iterator[list[Item]]:
    """Cut into lists of ``first`` items, then twice as many, up to ``most``; of nothing, make one empty list."""
    rest, size = iter(items), first
    chunk = list(islice(rest, size))
    yield chunk
    while chunk:
        size = min(2 * size, most)
        if chunk := list(islice(rest, size)):
            yield chunk


def restore(answers: Iterable[tuple[Segment, Answer]]) -> list[list[Answer]]:
    """Put answers back in document order: for each position, the answers of its parts."""
    order = sorted(answers, key=lambda answer: (answer[0].position, answer[0].part))
    return [[answer for _, answer in group] for _, group in groupby(order, key=lambda answer: answer[0].position)]


def windows(tokens: Sequence[int], *, budget: int, least: int = 1) -> list[range]:
    """Cut a row of sizes into consecutive windows of nearly equal sum, none over ``budget``, at least ``least``.

    Every position is in exactly one window; ``least`` is capped at the number of positions. A size over the budget
    is a window of its own.
    """
    made: list[range] = []
    start, rest = 0, sum(tokens)
    while start < len(tokens):
        wanted = max(least - len(made), -(-rest // budget), 1)
        share = min(budget, rest / wanted)
        end, size = start + 1, tokens[start]
        # A position belongs to the window in which more than half of it falls.
        while end < len(tokens) and size + tokens[end] <= budget and size + tokens[end] / 2 <= share:
            if len(tokens) - end <= wanted - 1:
                break
            size += tokens[end]
            end += 1
        made.append(range(start, end))
        start, rest = end, rest - size
    return made
