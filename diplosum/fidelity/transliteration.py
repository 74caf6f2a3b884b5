"""Is this English word a spelling of that Arabic one: الجعفري and Jaafari, القذافي and Qadhafi, شولتس and Scholz.

Letters are matched one to one or in small groups (ش and "sh", "sch", "ch"; nothing and a short vowel). Each group has a
score: how much likelier it is in pairs of names than by chance, as a logarithm. A word's score is that of its best
matching. The scores were learned by expectation maximisation, as in many-to-many letter alignment (Jiampojamarn,
Kondrak and Sherif, NAACL 2007), from pairs of names; benchmarks/names_table.py makes the table and measures it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from string import ascii_uppercase

# From this score on a match is no chance: of pairs of names 98 %, of random pairs of names 0.1 %.
LIKELY = 2.0

_UNSEEN = -6.0  # for a letter that answers to nothing, where the table does not say
_NONE = -99.0
_LONGEST = 24  # letters of a word that are compared; no name is longer

_NOT_ARABIC = re.compile("[^\u0621-\u063a\u0641-\u064a]")
_FOLDED_ARABIC = str.maketrans("أإآٱؤئیکپچژگڤڨ", "ااااويىكبجزجفق")
_LIGATURES = {"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "đ": "d", "ð": "d", "þ": "th"}
_FOLDED_LATIN = str.maketrans(_LIGATURES)
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1")
# What may stand before a name in one word with it: and, so; with, to, as; the article, also after "to".
_PREFIX = re.compile("[وف]?(?:[بلك]?(?:ال)?|لل)?")
# What may stand after it, and what English puts there: of Darwin, Darwinism; these cost something.
_ARABIC_ENDINGS = ("ي", "ية", "يه", "يين", "يون", "يات", "ين", "ون", "ان", "ات", "ا", "ة", "ه")
_ENGLISH_ENDINGS = (
    "s",
    "i",
    "is",
    "an",
    "ans",
    "ian",
    "ians",
    "ean",
    "eans",
    "ese",
    "ist",
    "ists",
    "ism",
    "ic",
    "ish",
    "ite",
    "ites",
)
_ENDING = -1.0
_SHORTEST = 3  # letters that must be left without an ending

# Classes of consonants for a quick look before the letters are matched; c, x, h, w and y may be anything.
_CLASSES = {
    **dict.fromkeys("bpvfبفو", "b"),
    **dict.fromkeys("tdszتثدذزسشصضطظ", "t"),
    **dict.fromkeys("kgqكقغخح", "k"),
    **{letter: name for name, letters in {"m": "mم", "n": "nن", "l": "lل", "r": "rر"}.items() for letter in letters},
}


@lru_cache(maxsize=8192)
def letters_of(arabic: str) -> str:
    """Bare letters of an Arabic word: no vowel signs, one alef."""
    return _NOT_ARABIC.sub("", arabic.translate(_FOLDED_ARABIC))[:_LONGEST]


@lru_cache(maxsize=8192)
def spelling_of(english: str) -> str:
    """Plain small letters of an English word: no accents, doubled consonants once."""
    plain = unicodedata.normalize("NFD", english.lower().translate(_FOLDED_LATIN))
    return _DOUBLED.sub(r"\1", re.sub("[^a-z]", "", plain))[:_LONGEST]


@cache
def _table() -> dict[str, dict[str, float]]:
    """Scores of groups: by their Arabic letters, then by their English ones."""
    table: dict[str, dict[str, float]] = {"": {}}
    text = (files("diplosum") / "assets" / "letters.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            arabic, english, score = line.split("\t")
            table.setdefault(arabic, {})[english] = float(score)
    return table


def forget() -> None:
    """Read the table anew at the next call: it was just made."""
    for remembered in (_table, _groups, score, core):
        remembered.cache_clear()


@lru_cache(maxsize=8192)
def _classes(letters: str) -> Counter[str]:
    found = Counter(_CLASSES[letter] for letter in letters if letter in _CLASSES)
    affricates = letters.count("ج")  # j, g, zh
    found.update(t=affricates, k=affricates)
    return found


def _out_of_the_question(arabic: str, english: str) -> bool:
    wanted, present = _classes(english), _classes(arabic)
    missing = sum(max(0, count - present[name]) for name, count in wanted.items())
    return missing > 1 + wanted.total() // 5 or missing == wanted.total() > 0


@lru_cache(maxsize=65536)
def score(arabic: str, english: str) -> float:
    """Score the best way to match all letters of two words: above :data:`LIKELY` it is no chance, below 0 it is.

    Arabic prefixes and the endings of adjectives and plurals on either side may be left out.
    """
    arabic, english = letters_of(arabic), spelling_of(english)
    if not arabic or not english or _out_of_the_question(arabic, english):
        return _NONE
    best = _best(arabic, english, _starts(arabic))
    ends = [len(arabic)] + [len(arabic) - len(end) for end in _ARABIC_ENDINGS if arabic.endswith(end)]
    stops = [len(english)] + [len(english) - len(end) for end in _ENGLISH_ENDINGS if english.endswith(end)]
    return max(
        best[end][stop] + _ENDING * ((end < len(arabic)) + (stop < len(english)))
        for end in ends
        for stop in stops
        if (end == len(arabic) or end >= _SHORTEST) and (stop == len(english) or stop >= _SHORTEST)
    )


@lru_cache(maxsize=8192)
def core(arabic: str, english: str) -> tuple[str, float]:
    """Find the part of an Arabic word, from the end of a prefix on, that spells an English word, and its score.

    Unlike :func:`score` it leaves no ending out: وللجعفري and Jaafari give جعفري.
    """
    letters, spelling = letters_of(arabic), spelling_of(english)
    if not letters or not spelling or _out_of_the_question(letters, spelling):
        return letters, _NONE
    ends = [(_best(letters[start:], spelling, (0,))[-1][-1], letters[start:]) for start in _starts(letters)]
    value, part = max(ends)
    return part, value


def _best(arabic: str, english: str, starts: Sequence[int]) -> list[list[float]]:
    """Best score of matching the first letters of one word, from any of ``starts`` on, with those of the other."""
    best = [[_NONE] * (len(english) + 1) for _ in range(len(arabic) + 1)]
    for start in starts:
        best[start][0] = 0.0
    for i, row in enumerate(best):
        for j, value in enumerate(row):
            if value > _NONE:
                for x, y, gain in _groups(arabic[i : i + 2], english[j : j + 3]):
                    best[i + x][j + y] = max(best[i + x][j + y], value + gain)
    return best


@lru_cache(maxsize=65536)
def _groups(arabic: str, english: str) -> list[tuple[int, int, float]]:
    """List how many letters the next group may take from either word, and its score."""
    table, found = _table(), list[tuple[int, int, float]]()
    if arabic:
        found.append((1, 0, table.get(arabic[0], {}).get("", _UNSEEN)))
    if english:
        found.append((0, 1, table[""].get(english[0], _UNSEEN)))
    for x in range(1, len(arabic) + 1):
        scores = table.get(arabic[:x], {})
        found += [(x, y, scores[english[:y]]) for y in range(1, len(english) + 1) if english[:y] in scores]
    return found


@lru_cache(maxsize=8192)
def _starts(arabic: str) -> list[int]:
    """Where a word may begin, after no prefix, one or several."""
    ends = {0}
    for size in range(1, 5):
        if _PREFIX.fullmatch(arabic, 0, size) and len(arabic) - size > 1:
            ends.add(size)
    return sorted(ends)


# What Latin letters are called in Arabic, from A on, as letters_of leaves it.
_CALLED = (
    "اي|ايه بي سي دي اي|ايه اف جي اتش|ايتش اي جيه|جي كيه|كي ال ام ان او بي كيو ار اس تي يو في "
    "دبليو|دابليو اكس واي زد|زي"
)
_LETTER_NAMES = dict(zip(ascii_uppercase, _CALLED.split(), strict=True))


def names_letters(words: Sequence[str], abbreviation: str) -> bool:
    """Tell whether Arabic words name the letters of an abbreviation one after the other: سي إن إن, CNN."""
    letters = re.sub("[^A-Z]", "", abbreviation.upper())
    pattern = " ?".join(f"(?:{_LETTER_NAMES[letter]})" for letter in letters)
    return len(letters) > 1 and re.search(pattern + r"\b", " ".join(map(letters_of, words))) is not None
