"""Whom an Arabic sentence names: an office and a name, or a given name and another.

Arabic has no capital letters. A word is taken for a part of a name if persons.toml lists it among the given names, or
if diplosum/assets/words-ar.txt, the words that are no names, does not have it.
"""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from diplosum.fidelity.gazetteer import Mention
from diplosum.fidelity.likeness import is_particle
from diplosum.fidelity.transliteration import letters_of
from diplosum.fidelity.words import Word, key_of

_OFFICE = 8  # words that may belong to one
_NAME = 5  # words of a name
_SERVANT = "عبد"  # of God, of the Merciful
_LETTERS = 3  # of a word that may be a name without being listed
_PREFIX = re.compile("^(?:[وف]?(?:ال|بال|كال|لل)|[وف])(?=..)|^[وف]?[بلك](?=...)")
_DESCRIBING = re.compile("^[^م]*(?:ة|الم.*[^ي])$")  # an adjective, or a participle
# How words begin and end that are no names, or hardly one by itself.
_NO_NAME = re.compile("^و(?!ي|ا[^ل])|(?:ها|هم|اً|ًا|ٍ)$")
_NO_FAMILY = re.compile("^(?:[يتن]|س[يتن]|[بلك]?ال|لل|[بلك](?=.{5}))|(?:ة|ون|ان|ات|اء|وا)$")
_RELATION = re.compile("^(?:ال)?[^ ]{3,}ي$")
_BEFORE = re.compile("[وف]?[بلك]|[وف]")
_DEFINITE = re.compile("^[وف]?(?:[بك]?ال|لل)(?=...)")


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists of persons.toml by their letters, and the words that are no names by their keys."""

    titles: frozenset[str]
    forms: frozenset[str]
    verbs: frozenset[str]
    complements: frozenset[str]
    links: frozenset[str]
    given: frozenset[str]
    families: frozenset[str]
    doubtful: frozenset[str]
    words: frozenset[str]


@cache
def _lists() -> _Lists:
    listed = tomllib.loads(files("diplosum.fidelity").joinpath("persons.toml").read_text("utf-8"))
    lines = (files("diplosum") / "assets" / "words-ar.txt").read_text("utf-8").splitlines()
    words = frozenset(line for line in lines if not line.startswith("#"))
    return _Lists(**{name: frozenset(map(letters_of, text.split())) for name, text in listed.items()}, words=words)


def in_arabic(text: str, words: Sequence[Word], places: Collection[int]) -> list[Mention]:
    """Find persons from left to right; ``places`` are the words that name something else."""
    sentence, found, first = _Sentence(text, words, frozenset(places)), list[Mention](), 0
    while first < len(words):
        start = sentence.after_office(first)
        titled = start > first
        last = sentence.name_from(start, titled=titled)
        if last > start:
            found.append(Mention(start, last, frozenset()))
        first = max(last, first + 1)
    return found


def is_listed(arabic: str) -> bool:
    """Tell whether a word is a given name that means nothing else, or the first half of one."""
    return _given(arabic, _lists().given | {_SERVANT})


def is_known(text: str) -> bool:
    """Tell whether a word is a given name or a family's that the lists have."""
    return is_listed(text) or _given(text, _lists().families)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Words of a sentence, its text, and the places of those that name no person."""

    text: str
    words: Sequence[Word]
    places: frozenset[int]

    def follows(self, place: int) -> bool:
        """Tell whether a word stands right after the one before it, with no sign between them."""
        if not 0 < place < len(self.words):
            return False
        before, word = self.words[place - 1], self.words[place]
        between = self.text[before.span[1] : word.span[0]]
        return between.strip(" .-" if len(before.text) == 1 else " -") == ""

    def after_office(self, place: int) -> int:
        """Find the word after an office and what belongs to it; ``place`` itself where there is no office."""
        if self._is_verb(place):
            return place + 1 if self.follows(place + 1) else place
        if not _bodies(self.words[place].text) & _lists().titles:
            return place
        following = place + 1
        while following - place <= _OFFICE and self.follows(following) and self._belongs_to_office(following):
            following += 1
        return following if self.follows(following) else place

    def _is_verb(self, place: int) -> bool:
        return bool(_bodies(self.words[place].text) & _lists().verbs)

    def _belongs_to_office(self, place: int) -> bool:
        text = self.words[place].text
        if is_known(text):
            return False
        listed = _bodies(text) & (_lists().complements | _lists().titles)
        if listed or place in self.places:
            return True
        return _DEFINITE.match(text) is not None and (_is_word(text) or _DESCRIBING.search(text) is not None)

    def name_from(self, first: int, *, titled: bool) -> int:
        """Find the end of a name that begins at a word; ``first`` where none does."""
        if not titled and not is_listed(self.words[first].text):
            return first
        last = first
        while last < len(self.words) and last - first < _NAME and (last == first or self.follows(last)):
            if self._links(last):
                last += 2
            elif self._is_part(last, first, titled=titled):
                last += 1
            else:
                break
        if last == first or any(is_known(word.text) for word in self.words[first:last]):
            return last if titled or last - first > 1 else first
        if last - first == 1:
            return last if self._stands_alone(first) else first
        return first if any(word.text.endswith("ة") for word in self.words[first:last]) else last

    def _stands_alone(self, place: int) -> bool:
        """Tell whether one word that no list has can be a name because an office, or a verb, stands before it."""
        text, before = self.words[place].text, self.words[place - 1].text
        following = self.words[place + 1].text if self.follows(place + 1) else ""
        if letters_of(text) in _lists().doubtful or _DEFINITE.match(text) or text.endswith("ه"):
            return False
        if _bodies(before) & _lists().forms and _DEFINITE.match(before):
            return True
        if _NO_FAMILY.search(text) or (following.startswith("ال") and not _DEFINITE.match(before)):
            return False
        return not self._is_verb(place - 1) or letters_of(following).startswith("ان")

    def _links(self, place: int) -> bool:
        return letters_of(self.words[place].text) in _lists().links and self.follows(place + 1)

    def _is_part(self, place: int, first: int, *, titled: bool) -> bool:
        text = self.words[place].text
        if place in self.places:  # a family may be called by the place that it comes from
            return place > first and _RELATION.search(text) is not None and is_listed(self.words[first].text)
        if self._is_another(place, first):
            return False
        if is_known(text) or (titled and _given(text, _lists().doubtful)):
            return True
        if place == first and titled and self._is_doubtful_given(place):
            return True
        if _is_word(text) or _NO_NAME.search(text) or (place > first and text.endswith("ه")):
            return False
        short = len(letters_of(text)) < _LETTERS
        return not short or (
            place == first and titled and self.follows(place + 1) and self._is_part(place + 1, first, titled=True)
        )

    def _is_another(self, place: int, first: int) -> bool:
        """Tell whether an office begins at a word, or what "and" adds."""
        text = self.words[place].text
        if _bodies(text) & _lists().titles and not is_listed(text):
            return True
        return place > first and re.match("[وف]", text) is not None and letters_of(text) not in _lists().given

    def _is_doubtful_given(self, place: int) -> bool:
        """Tell whether a word that means something, too, is followed by one that must be a family's: صادر جباروف."""
        text = self.words[place].text
        if not self.follows(place + 1) or self._is_verb(place - 1) or place in self.places:
            return False
        if is_particle(text) or _NO_NAME.search(text) or _DEFINITE.match(text) or text.endswith("ه"):
            return False
        family = self.words[place + 1].text
        if _is_word(family) or place + 1 in self.places or family.endswith("ه"):
            return False
        return _NO_NAME.search(family) is None and _NO_FAMILY.search(family) is None


def _given(text: str, listed: frozenset[str]) -> bool:
    """Tell whether a list has a word; the article is a part of it."""
    letters = letters_of(text)
    if letters in listed or key_of(text) in _lists().words:
        return letters in listed
    rest = [letters[size:] for size in (1, 2) if _BEFORE.fullmatch(letters, 0, size) and len(letters) - size > _LETTERS]
    if letters.startswith("لل"):
        rest.append("ال" + letters[2:])
    return any(body in listed for body in rest)


@lru_cache(maxsize=8192)
def _bodies(text: str) -> frozenset[str]:
    """Letters of a word with and without what stands before it."""
    letters = letters_of(text)
    return frozenset((letters, _PREFIX.sub("", letters)))


@lru_cache(maxsize=8192)
def _is_word(text: str) -> bool:
    """Tell whether a word is one that is no name."""
    return is_particle(text) or any(key_of(body) in _lists().words for body in (text, *_bodies(text)))
