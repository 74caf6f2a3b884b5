"""Where a text has no counterpart in the other one: stretches of a source or of an output, and what speaks for each.

``calibration.toml`` says how that is weighed; ``benchmarks/calibrate.py`` makes it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diplosum.fidelity import vectors
from diplosum.fidelity.alignment import Word, aligned, forms, output_words, source_words
from diplosum.fidelity.calibration import Weights, calibration
from diplosum.finding import Span

LONGEST = 1500  # characters of a text that are looked at: a sentence of 200 words

_CANDIDATES = 2  # stretches of a sentence that are encoded
_MOST = 0.8  # of a text that may be missing; of a text that says nothing of its source, meaning.py speaks
_SLACK = (-0.3, 0.0, 0.3)  # added to the evidence of each word, for longer and for shorter stretches
_FEWEST = 2  # words at the end of a sentence that may be missing
_LETTERS_OF_A_WORD = 6
_SHORT = 12  # characters of a source too short to judge by length
_MOST_GAIN, _LEAST_LIKENESS = 0.25, 0.1  # cosines that few gaps go beyond, and none without much evidence
_ENOUGH = 12.0  # log odds: more evidence says nothing that this does not
_CLAUSE_STARTS = re.compile(
    r"[،؛,;:]\s*|\s(?=(?:و\w|ثم |حيث |بينما |لكن |ولكن |التي |الذي |مما |حتى |عندما |لأن |بعد أن |قبل أن "
    r"|and |but |which |who |while |because |after |when |where |although ))"
)
_ACRONYM = re.compile(r"\b(?=\w*[A-Z]\w?[A-Z])\w+\b")

Side = Literal["missing", "added"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a text that may have no counterpart, and what speaks for it.

    ``evidence`` of its words, in units of log odds; ``gain``: how much closer the text is to the other one without it,
    in cosine; ``shortfall``: by how many standard deviations the other text is too short, 0 where it is not;
    ``likeness``: cosine of the passage of the other text that is most like it; ``last``: it ends its text, 1 or 0;
    ``clause``: and begins where a clause may begin.
    """

    span: Span
    evidence: float
    gain: float
    shortfall: float
    likeness: float
    last: float
    clause: float

    def score(self, weights: Weights) -> float:
        """Give the log odds that something is missing."""
        return weights.bias + float(np.dot(weights.of, self.features))

    @property
    def features(self) -> tuple[float, ...]:
        """What is weighed, in the order of the weights."""
        return (min(self.evidence, _ENOUGH), self.gain, self.shortfall, self.likeness, self.last, self.clause)


def reads(source: str, output: str) -> list[str]:
    """List the texts whose vectors will be wanted, so that those of many pairs can be made at once."""
    source, output = source[:LONGEST], output[:LONGEST]
    words = [form for word in source_words(source) for form in forms(word.text)]
    return [source, output, *words, *(word.text for word in output_words(output))]


def find(source: str, output: str) -> dict[Side, list[Gap]]:
    """Find the stretches of each text that may have no counterpart."""
    arabic_words, english_words = source_words(source), output_words(output)
    if not arabic_words or not english_words:
        return {"missing": [], "added": []}
    given = calibration()
    capitals = _capitals(output)
    length = len(output) + _LETTERS_OF_A_WORD * capitals
    excess = given.length.deviation(len(source), length) if len(source) >= _SHORT else 0.0
    absent_source, absent_output = aligned(source, arabic_words, english_words)
    absent_source[np.argsort(-absent_source, kind="stable")[:capitals]] = 0.0
    return {
        "missing": _weighed((source, output), arabic_words, absent_source, max(0.0, -excess), given.missing),
        "added": _weighed((output, source), english_words, absent_output, max(0.0, excess), given.added),
    }


def _capitals(output: str) -> int:
    """Count the capitals of acronyms: Arabic spells out the words of what English writes as AfCFTA."""
    acronyms = _ACRONYM.findall(output) if not output.isupper() else []
    return sum(letter.isupper() for acronym in acronyms for letter in acronym)


def likeliest(found: Sequence[Gap], weights: Weights) -> Gap | None:
    """Take the gap with the greatest score, if that is worth a warning."""
    best = max(found, key=lambda gap: gap.score(weights), default=None)
    return best if best and best.score(weights) > weights.warn else None


def _weighed(
    texts: tuple[str, str], words: Sequence[Word], absent: NDArray[np.float64], shortfall: float, weights: Weights
) -> list[Gap]:
    """Weigh the stretches that are likeliest before a vector is seen: every text that is encoded takes time."""
    text, other = texts
    possible = [gap for gap in _possible(text, words, absent, shortfall) if gap.score(weights) > weights.warn]
    if not possible:
        return []
    possible = sorted(possible, key=lambda gap: (-gap.score(weights), -gap.evidence))[:_CANDIDATES]
    stretches = [text[start:end] for start, end in (gap.span for gap in possible)]
    rests = [text[:start] + text[end:] for start, end in (gap.span for gap in possible)]
    near = [passages(other, len(stretch) / len(text)) for stretch in stretches]
    row = {one: place for place, one in enumerate(dict.fromkeys(chain(stretches, rests, *near)))}
    encoded = vectors.of_sentences(list(row))
    whole, target = vectors.of_words([text, other])
    return [
        replace(
            gap,
            gain=round(float((encoded[row[rest]] - whole) @ target), 4),
            likeness=round(float((encoded[[row[one] for one in around]] @ encoded[row[stretch]]).max()), 4),
        )
        for gap, stretch, rest, around in zip(possible, stretches, rests, near, strict=True)
    ]


def _possible(text: str, words: Sequence[Word], absent: NDArray[np.float64], shortfall: float) -> Iterator[Gap]:
    """Yield the stretches with more evidence for a gap than against it, as if their vectors spoke for it too."""
    total = np.concatenate([[0.0], np.cumsum(absent)])
    clauses = _clauses(text, words)
    for first, last in dict.fromkeys(_stretches(len(words), clauses, absent)):
        start = clauses.get(first, words[first].span[0])  # with the particles before the first word
        end = words[last].span[0] if last < len(words) else len(text)  # and behind the last one
        evidence = round(float(total[last] - total[first]), 4)
        if evidence > 0 and words[last - 1].span[1] - start < _MOST * len(text):
            ends = float(last == len(words))
            yield Gap((start, end), evidence, _MOST_GAIN, shortfall, _LEAST_LIKENESS, ends, ends * (first in clauses))


def passages(text: str, share: float) -> list[str]:
    """Cut passages out that are this share of the text long and overlap by half."""
    words = text.split()
    size = max(1, round(share * len(words)))
    starts = [*range(0, len(words) - size, max(1, size // 2)), len(words) - size]
    return [" ".join(words[start : start + size]) for start in starts]


def _clauses(text: str, words: Sequence[Word]) -> dict[int, int]:
    """Say where clauses start: number of the first word that says something -> character."""
    starts = [0, *(match.end() for match in _CLAUSE_STARTS.finditer(text))]
    numbers = np.searchsorted([word.span[0] for word in words], starts).tolist()
    return {number: start for number, start in reversed(list(zip(numbers, starts, strict=True))) if number < len(words)}


def _stretches(count: int, clauses: Iterable[int], absent: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield stretches of words that may be missing: ends of the text, clauses, and those with most evidence."""
    yield from ((first, count) for first in range(1, count - _FEWEST + 1))
    for slack in _SLACK:
        best = so_far = 0.0
        start, stretch = 0, (0, 0)
        for index, value in enumerate(absent + slack):  # Kadane's: the stretch with the greatest sum
            if so_far <= 0:
                so_far, start = 0.0, index
            so_far += value
            if so_far > best:
                best, stretch = so_far, (start, index + 1)
        if stretch[1]:
            yield stretch
    yield from pairwise([*sorted(clauses), count])
