"""A phrase said over and over: what a decoder writes that has lost its way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from diplosum.finding import Finding, Span

_LONGEST_PHRASE = 12  # words
_CHARACTER_RUN = re.compile(r"([^\W\d_]\S{0,7}?)\1{7,}")  # a word that repeats itself: hahahahahahahaha


@dataclass(frozen=True, slots=True)
class Loop:
    """A phrase that is said ``times`` times in a row."""

    phrase: str
    times: int


def check(source: str, output: str) -> list[Finding]:
    """Find a loop, which is beyond doubt wrong, and where it stands."""
    loop = find_loop(source, output)
    if loop is None:
        return []
    return [Finding("loop", "fail", f"says «{loop.phrase}» {loop.times} times", output=_where(loop, output))]


def _where(loop: Loop, output: str) -> tuple[Span, ...]:
    phrase = r"\s+".join(map(re.escape, loop.phrase.split()))
    match = re.search(rf"(?:{phrase}\s*){{{loop.times}}}", output, re.IGNORECASE)
    return ((match.start(), match.start() + len(match[0].rstrip())),) if match else ()


def find_loop(source: str, output: str) -> Loop | None:
    """Find a phrase that the output repeats in a row, three times or more, and more often than the source does.

    Decoders fall into such loops; a text with a doubled word («على على») is not one. A single word counts from four
    times on, because «very, very, very» is said.
    """
    loop = max(_runs(output), key=lambda run: run.times * len(run.phrase), default=None)
    said = max((run.times for run in _runs(source)), default=0)
    return loop if loop is not None and loop.times > said else None


def _runs(text: str) -> list[Loop]:
    """List the longest run of phrases of each size, where it is long enough to be noticed."""
    words = text.casefold().split()
    runs = [run for size in range(1, _LONGEST_PHRASE + 1) if (run := _run(words, size))]
    if not runs and (match := _CHARACTER_RUN.search(text)):
        return [Loop(match[1], len(match[0]) // len(match[1]))]
    return runs


def _run(words: Sequence[str], size: int) -> Loop | None:
    """Find the longest run of one phrase of ``size`` words: a stretch where each word equals the one ``size`` back."""
    best = length = end = 0
    for index in range(size, len(words)):
        length = length + 1 if words[index] == words[index - size] else 0
        if length > best:
            best, end = length, index + 1
    times = best // size + 1
    if times < (4 if size == 1 else 3):
        return None
    return Loop(" ".join(words[end - size : end]), times)
