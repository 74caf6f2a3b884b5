"""The words of a sentence, with their places: Arabic ones as they are compared, English ones as they are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from diplosum.fidelity.transliteration import letters_of
from diplosum.finding import Span

# U.S. and D.C are one word, and so are Ja'fari and Qur’an; hyphens part words.
_ENGLISH = re.compile(r"(?:[A-Z]\.){2,}|(?:[A-Z]\.)+[A-Z]\b|[^\W_]+(?:['’‘ʿʾ`][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_ARABIC = re.compile("[\u0621-\u063a\u0640-\u0652\u0670\u0671پچژگڤڨیک]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ.'’]*")
_PREFIXES = re.compile("^([وف]?)([بلك]?)(ال|لل)?")
_ADJECTIVE = re.compile("ي(?:ه|ون|ين|ات|ان|تان|تين|ا)$")
_PLURAL = re.compile("(?:ون|ين|ات|ان|تين|تان|ه|ا)$")
_FOLDED = str.maketrans({"ى": "ي", "ة": "ه"})
_SHORTEST = 3  # letters that an ending must leave


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands."""

    text: str
    span: Span


def english_words(text: str) -> list[Word]:
    """Words without a possessive ending; digits count as letters (G20)."""
    return [
        Word(word, (match.start(), match.start() + len(word)))
        for match in _ENGLISH.finditer(text)
        if (word := _POSSESSIVE.sub("", match[0]))
    ]


def arabic_words(text: str) -> list[Word]:
    """Words of Arabic letters, vowel signs and all."""
    return [Word(match[0], match.span()) for match in _ARABIC.finditer(text)]


def latin_words(text: str) -> set[str]:
    """Words that an Arabic text writes in Latin letters, in small ones."""
    return {match[0].rstrip(".'’").casefold() for match in _LATIN.finditer(text)}


@lru_cache(maxsize=16384)
def key_of(arabic: str) -> str:
    """Fold the letters that are often confused, and leave out the article."""
    letters = letters_of(arabic).translate(_FOLDED)
    return letters[2:] if arabic.startswith("ال") and len(letters) > _SHORTEST else letters


@lru_cache(maxsize=16384)
def keys_of(arabic: str) -> tuple[str, ...]:
    """Every key that a word may have: with and without each prefix, and as an adjective without its ending."""
    letters = letters_of(arabic).translate(_FOLDED)
    bodies = [letters]
    if letters.startswith(("و", "ف")):
        bodies.append(letters[1:])
    for body in tuple(bodies):
        if body.startswith("لل"):
            bodies += [body[2:], body[1:]]
        elif body.startswith(("ب", "ل", "ك")):
            bodies.append(body[1:])
    bodies += [body[2:] for body in bodies if body.startswith("ال") and len(body) > _SHORTEST]
    return _shortened(bodies, _ADJECTIVE, "ي")


@lru_cache(maxsize=16384)
def loose_keys_of(arabic: str) -> tuple[str, ...]:
    """Those and what is left without the endings of plurals, which many words have that are none."""
    return _shortened(keys_of(arabic), _PLURAL, "")


def _shortened(bodies: Sequence[str], ending: re.Pattern[str], replacement: str) -> tuple[str, ...]:
    short = [word for body in bodies if len(word := ending.sub(replacement, body)) >= _SHORTEST]
    return tuple(key for key in dict.fromkeys([*bodies, *short]) if len(key) > 1)
