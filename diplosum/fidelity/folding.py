"""Arabic without its diacritics and tatweel, every character of which still knows where it stood."""

import re
from dataclasses import dataclass

from diplosum.finding import Span

LETTER = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3"
_DROPPED = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``positions``: where in the original each of its characters stood, and the original's length."""

    text: str
    positions: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Give the place in the original of a stretch, with the marks that belong to its last letter."""
        return self.positions[start], self.positions[end]


def fold(text: str) -> Folded:
    """Leave out what Arabic may or may not write."""
    kept = [index for index, sign in enumerate(text) if not _DROPPED.match(sign)]
    return Folded("".join(text[index] for index in kept), (*kept, len(text)))
