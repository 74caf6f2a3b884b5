"""Which pairs are fit to learn from: sound, different from each other, and not in the evaluation sets."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from diplosum.arabic import Rules, count_letters, for_model, has_letters, western_digits
from training.sources import Pair

LONGEST = 200  # words
_RATIO = 3.0  # of the characters of both sides, from so many characters on:
_RATIO_FROM = 24
_ARABIC_SHARE = 0.4  # of the letters of the Arabic side; names of products and people are Latin
_SHINGLE = 4  # words that follow each other
_LEAKED = 0.5  # share of an evaluation sentence's shingles from which a pair gives it away

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ENGLISH_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "\u00a0": " "})
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


def tidy(pair: Pair) -> Pair:
    """One way to write spaces and marks; the English side has straight quotation marks, so that they are learned."""
    arabic, english = (_INVISIBLE.sub("", unicodedata.normalize("NFC", side)) for side in pair)
    return Pair(" ".join(arabic.split()), " ".join(english.translate(_ENGLISH_MARKS).split()))


def fault(pair: Pair) -> str | None:
    """Say what is wrong with a pair by itself, or None."""
    arabic, english = pair
    if not arabic or not english:
        return "empty"
    letters, latin = count_letters(arabic), len(_LETTER.findall(english))
    if not letters or letters < _ARABIC_SHARE * len(_LETTER.findall(arabic)) or not latin or count_letters(english):
        return "language"
    if max(len(arabic.split()), len(english.split())) > LONGEST:
        return "too long"
    shorter, longer = sorted((len(arabic), len(english)))
    if longer > _RATIO_FROM and longer > _RATIO * shorter:
        return "length ratio"
    return None


def key(text: str) -> str:
    """Give what texts have in common that differ in case, marks, diacritics or numbers only."""
    if has_letters(text):
        text = western_digits(for_model(text, Rules()).text)
    return " ".join(_WORD.findall(_DIGITS.sub("0", text.lower())))


class Leaks:
    """Tells pairs that give away a sentence of the evaluation sets: on either side, half of it word for word."""

    def __init__(self, sets: Iterable[Sequence[Pair]]) -> None:
        self._whole: set[str] = set()
        self._owners: dict[str, list[int]] = defaultdict(list)
        self._sizes: list[int] = []
        for pairs in sets:
            for side in (side for pair in pairs for side in tidy(pair)):
                text = key(side)
                self._whole.add(text)
                shingles = _shingles(text)
                for shingle in shingles:
                    self._owners[shingle].append(len(self._sizes))
                self._sizes.append(len(shingles))

    def gives_away(self, *keys: str) -> bool:
        """Whether a text with one of these keys is, or holds, what is evaluated on."""
        return any(text in self._whole or self._holds(text) for text in keys)

    def _holds(self, text: str) -> bool:
        shared = Counter(owner for shingle in _shingles(text) for owner in self._owners.get(shingle, ()))
        return any(count >= _LEAKED * self._sizes[owner] for owner, count in shared.items())


def _shingles(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1)}


class Filter:
    """Passes each sound and new pair on, and counts why the others are left out."""

    def __init__(self, leaks: Leaks) -> None:
        self._leaks = leaks
        self._exact: set[int] = set()
        self._near: set[int] = set()

    def sift(self, pairs: Iterable[Pair], counts: Counter[str]) -> Iterator[Pair]:
        """Yield what is left of ``pairs``; ``counts`` says how many were read, and left out for which reason."""
        for raw in pairs:
            counts["read"] += 1
            pair = tidy(raw)
            reason = fault(pair) or self._known(pair)
            if reason:
                counts[reason] += 1
            else:
                yield pair

    def _known(self, pair: Pair) -> str | None:
        if hash(pair) in self._exact:
            return "duplicate"
        self._exact.add(hash(pair))
        keys = key(pair.arabic), key(pair.english)
        if self._leaks.gives_away(*keys):
            return "evaluation"
        # Both sides: the same Arabic with another translation is worth having.
        if hash(keys) in self._near:
            return "near duplicate"
        self._near.add(hash(keys))
        return None
