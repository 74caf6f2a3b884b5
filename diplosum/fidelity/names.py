"""Names: one that vanished, one that came from nowhere, one that took the place of another.

An English name is vouched for by the gazetteer, by an Arabic word that is spelled like it, or by one that means the
same (Committee, اللجنة). Capital letters alone make no name: words that are usual in small letters are left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from diplosum.fidelity import persons, transliteration
from diplosum.fidelity.capitals import is_abbreviation, is_usual, starts_sentence
from diplosum.fidelity.gazetteer import Gazetteer, Mention, gazetteer
from diplosum.fidelity.likeness import Likeness, is_common, is_name, is_particle
from diplosum.fidelity.words import Word, arabic_words, english_words, key_of, keys_of, latin_words
from diplosum.finding import Finding, Severity

_PLACES = frozenset({"country", "city", "region"})
_MISSED = _PLACES | {"body"}  # kinds of names that a translation leaves out by mistake only
_EXCHANGED = frozenset({"country", "city"})  # one for another is beyond doubt wrong

# From this score on an Arabic word is spelled like an English one that no list knows, and like one that a list knows
# by another name. The limits of likeness below were chosen on the same sentences (benchmarks/names_table.py measures).
_SPELLED = 1.0
_SPELLED_KNOWN = transliteration.LIKELY
_CURRENCIES = frozenset(("دولار", "دولارا", "دولارات", "يورو", "جنيه", "جنيها", "جنيهات"))
_SHORT = 3  # letters of a name that any particle may be spelled like
_MEANT = 0.6  # likeness from which the first word of a person's name is said, where it may be none,
_SAME_PERSON = 0.75  # and where it is a name


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sentences as words and as mentions of known names; ``known``: entries that the source may name."""

    names: Gazetteer
    source: list[Word]
    output: list[Word]
    in_source: list[Mention]
    in_output: list[Mention]
    known: frozenset[int]
    latin: set[str]
    likeness: Likeness

    @classmethod
    def of(cls, source: str, output: str) -> "_Sides":
        names, arabic, english = gazetteer(), arabic_words(source), english_words(output)
        in_source = names.in_arabic(arabic)
        known = frozenset(entry for mention in in_source for entry in mention.entries)
        likeness = Likeness([word.text for word in arabic], [word.text for word in english])
        return cls(names, arabic, english, in_source, names.in_english(english), known, latin_words(source), likeness)

    def kinds(self, mention: Mention) -> set[str]:
        return {self.names.entries[entry].kind for entry in mention.entries}

    def spelled(self, place: int, limit: float, *, known: bool = False) -> int | None:
        """Find an Arabic word, or the first of two, that is spelled like an English one.

        For a ``known`` name words that name something else are no witnesses: العراق is not how one writes Iran.
        """
        text = self.output[place].text
        taken = {
            word for mention in self.in_source if known and mention.sure for word in range(mention.first, mention.last)
        }
        words = [word.text for word in self.source]
        for index, word in enumerate(words):
            if index in taken or (len(text) <= _SHORT and is_particle(word)):
                continue
            if transliteration.score(word, text) >= limit:
                return index
        for index in range(len(words) - 1):
            if transliteration.score(words[index] + words[index + 1], text) >= limit:
                return index
        return None


def check(source: str, output: str) -> list[Finding]:
    """Find names of the output that nothing in the source vouches for, and known names of the source that are gone."""
    sides = _Sides.of(source, output)
    foreign = list(_new(sides, output))
    unnamed = list(_unnamed(sides, source, foreign))
    parts = (old for old in _gone(sides) if not any(_lies_in(old, person) for person in unnamed))
    gone = [*parts, *unnamed]
    findings = []
    for new in foreign:
        old = _counterpart(sides, new, gone)
        if old:
            gone.remove(old)
            findings.append(_exchanged(sides, old, new, source, output))
        else:
            findings.append(_invented(sides, new, output))
    for old in gone:
        start, end = sides.source[old.first].span[0], sides.source[old.last - 1].span[1]
        doubted = _is_abbreviated(sides, old) or _is_said_again(sides, old, unnamed)
        severity: Severity = "note" if doubted else "warn"
        findings.append(Finding("name", severity, f"«{source[start:end]}» is missing", ((start, end),)))
    return findings


def _exchanged(sides: _Sides, old: Mention, new: Mention, source: str, output: str) -> Finding:
    was = sides.source[old.first].span[0], sides.source[old.last - 1].span[1]
    now = sides.output[new.first].span[0], sides.output[new.last - 1].span[1]
    certain = all(kinds <= _PLACES and kinds & _EXCHANGED for kinds in (sides.kinds(old), sides.kinds(new)))
    message = f"«{source[slice(*was)]}» became {output[slice(*now)]}"
    return Finding("name", "fail" if certain else "warn", message, (was,), (now,))


def _invented(sides: _Sides, new: Mention, output: str) -> Finding:
    start, end = sides.output[new.first].span[0], sides.output[new.last - 1].span[1]
    severity: Severity = "note" if _completes(sides, new, output) else "warn"
    return Finding("name", severity, f"{output[start:end]} has no counterpart in the Arabic", (), ((start, end),))


def _completes(sides: _Sides, new: Mention, output: str) -> bool:
    """Tell whether a name only completes the one after it, Donald before Trump: no Arabic word is left for it."""
    if new.last - new.first > 1 or new.entries or new.last >= len(sides.output):
        return False
    name, family = sides.output[new.first], sides.output[new.last]
    if output[name.span[1] : family.span[0]] != " " or not family.text[0].isupper() or is_usual(family.text):
        return False
    match = sides.spelled(new.last, _SPELLED_KNOWN)
    return match is not None and (match == 0 or _is_explained(sides, match - 1))


def _is_explained(sides: _Sides, place: int) -> bool:
    """Tell whether an Arabic word has its counterpart in the output, or is too short to tell."""
    text = sides.source[place].text
    if not sides.likeness.is_telling(place):
        return True
    spelled = any(transliteration.score(text, word.text) >= _SPELLED for word in sides.output if word.text[0].isupper())
    return spelled or sides.likeness.is_meant(place, 0.5)


def _is_abbreviated(sides: _Sides, old: Mention) -> bool:
    """Tell whether letters of the output that the source does not have may hide a name: ECE has an E for Europe."""
    initials = {
        word[0] for entry in old.entries for form in sides.names.entries[entry].english for word in form.split()
    }
    return any(
        word.text.isupper()
        and len(word.text) > 1
        and word.text.casefold() not in sides.latin
        and initials & set(word.text)
        for word in sides.output
    )


def _new(sides: _Sides, output: str) -> Iterator[Mention]:
    """Find names without a counterpart, those that stand side by side as one."""
    vouched, covered, foreign = set[int](), set[int](), list[Mention]()
    for mention in sides.in_output:
        covered.update(range(mention.first, mention.last))
        vouched.update(_vouched_parts(sides, mention))
    for mention in sides.in_output:
        words = [place for place in range(mention.first, mention.last) if place not in vouched]
        if words and _is_foreign(sides, mention, words):
            foreign.append(mention)
    for place, word in enumerate(sides.output):
        if place not in covered and _is_foreign_word(sides, place, initial=starts_sentence(output, word.span[0])):
            foreign.append(Mention(place, place + 1, frozenset()))
    yield from _runs(sorted(foreign, key=lambda mention: mention.first), sides.output, output)


def _vouched_parts(sides: _Sides, mention: Mention) -> Iterator[int]:
    """List the words of a mention that belong to a name the source has: all, or Turkish of Turkish Airlines."""
    if mention.entries & sides.known:
        yield from range(mention.first, mention.last)
        return
    for first in range(mention.first, mention.last):
        for part in sides.names.in_english(sides.output[first : mention.last]):
            if part.entries & sides.known:
                yield from range(first + part.first, first + part.last)


def _is_foreign(sides: _Sides, mention: Mention, words: Sequence[int]) -> bool:
    """Tell whether nothing vouches for those words of a known name that are not part of another."""
    texts = [sides.output[place].text for place in words]
    # Digits are for another room: G20, M23.
    if any(text.casefold() in sides.latin or re.search("[0-9]", text) for text in texts):
        return False
    if all(map(is_usual, texts)):
        if len(texts) == 1 or any(sides.spelled(place, _SPELLED_KNOWN, known=True) is not None for place in words):
            return False
        return sum(sides.likeness.means(place, 0.55) for place in words) <= len(texts) / 2
    if any(map(is_abbreviation, texts)) and _is_spelled_out(sides, mention, texts):
        return False
    limit, same = (0.8, 0.85) if sides.kinds(mention) & _PLACES else (0.5, 0.75)
    return any(
        sides.spelled(place, _SPELLED_KNOWN, known=True) is None and not sides.likeness.means(place, limit, same=same)
        for place, text in zip(words, texts, strict=True)
        if not is_usual(text)
    )


def _is_spelled_out(sides: _Sides, mention: Mention, texts: Sequence[str]) -> bool:
    """Tell whether the source names the letters of an abbreviation, or says what they stand for in other words."""
    arabic = [word.text for word in sides.source]
    if any(transliteration.names_letters(arabic, text) for text in texts if is_abbreviation(text)):
        return True
    for entry in mention.entries:
        for form in sides.names.entries[entry].english:
            words = [word for word in form.split() if word[0].isupper()]
            if len(words) > 1 and sum(map(sides.likeness.is_said, words)) >= 2 * len(words) / 3:
                return True
    return False


def _is_foreign_word(sides: _Sides, place: int, *, initial: bool) -> bool:
    """Tell whether a word that no list knows is a name, and one without a counterpart."""
    text = sides.output[place].text
    if not text[0].isupper() or len(text) == 1 or is_usual(text) or is_abbreviation(text):
        return False
    if text.casefold() in sides.latin or sides.spelled(place, _SPELLED) is not None:
        return False
    if is_name(text):
        return sides.likeness.is_strange(place, 0.6, 0.75)
    if initial or is_common(text):
        return sides.likeness.is_strange(place, 0.4, 0.5)
    return sides.likeness.is_strange(place, 0.5, 0.6)


def _runs(names: Sequence[Mention], words: Sequence[Word], output: str) -> Iterator[Mention]:
    run: Mention | None = None
    for name in names:
        if run and run.last == name.first and output[words[name.first - 1].span[1] : words[name.first].span[0]] in " -":
            run = Mention(run.first, name.last, run.entries | name.entries)
            continue
        if run:
            yield run
        run = name
    if run:
        yield run


def _gone(sides: _Sides) -> Iterator[Mention]:
    """Find known names of the source without a counterpart; of names inside each other only the longest."""
    said = frozenset(entry for mention in sides.in_output for entry in mention.entries)
    capitalised = [word.text for word in sides.output if word.text[0].isupper()]
    for mention in sides.in_source:
        words = range(mention.first, mention.last)
        if not mention.sure or not sides.kinds(mention) <= _MISSED or _lies_in_another(mention, sides.in_source):
            continue
        if any(other.entries & said for other in sides.in_source if _lies_in(other, mention)):
            continue
        if _is_currency(sides, mention) or _is_said_small(sides, mention):
            continue
        texts = [sides.source[place].text for place in words]
        if any(transliteration.score(text, word) >= _SPELLED for text in texts for word in capitalised):
            continue
        # Names of countries are like each other.
        limit = 0.75 if "country" in sides.kinds(mention) else 0.5
        if not any(sides.likeness.is_meant(place, limit) for place in words):
            yield mention


def _unnamed(sides: _Sides, source: str, foreign: Sequence[Mention]) -> Iterator[Mention]:
    """Find persons of the source of whose name no word is left.

    A name of the output that nothing else explains may be theirs, however it is spelled; ``foreign`` ones are not.
    """
    places = {
        word
        for mention in sides.in_source
        if "person" not in sides.kinds(mention)
        for word in range(mention.first, mention.last)
    }
    found = persons.in_arabic(source, sides.source, places)
    if not found:
        return
    gone = [person for person in found if not _is_named(sides, person)]
    strange = {word for mention in foreign for word in range(mention.first, mention.last)}
    if gone and not any(place not in strange and _is_unexplained(sides, place) for place in range(len(sides.output))):
        yield from gone


def _is_unexplained(sides: _Sides, place: int) -> bool:
    """Tell whether a word is a name, and one that no Arabic word is spelled like or means."""
    text = sides.output[place].text
    if len(text) == 1 or not text[0].isupper() or is_usual(text) or is_abbreviation(text):
        return False
    if any(mention.entries & sides.known for mention in sides.in_output if mention.first <= place < mention.last):
        return False
    if any(transliteration.score(word.text, text) >= _SPELLED for word in sides.source):
        return False
    return not sides.likeness.means(place, _MEANT)


def _is_named(sides: _Sides, person: Mention) -> bool:
    """Tell whether the output has a word of a person's name."""
    words = [sides.source[place].text for place in range(person.first, person.last)]
    pairs = [one.text + other.text for one, other in pairwise(sides.source[person.first : person.last + 1])]
    others = [one for one in sides.in_source if one.last <= person.first or person.last <= one.first]
    elsewhere = frozenset(entry for one in others for entry in one.entries)
    taken = {place for one in sides.in_output if one.entries & elsewhere for place in range(one.first, one.last)}
    for place, word in enumerate(sides.output):
        usual = is_usual(word.text)
        if place in taken or (usual and (place == 0 or word.text[0].islower())):
            continue
        limit = _SPELLED_KNOWN if usual else _SPELLED
        if any(transliteration.score(text, word.text) >= limit for text in [*words, *pairs]):
            return True
    said = frozenset(entry for mention in sides.in_output for entry in mention.entries)
    parts = [one for one in sides.in_source if _lies_in(one, person)]
    if any(part.entries & said for part in parts):
        return True
    if any(map(persons.is_known, words)):
        return sides.likeness.is_meant(person.first, _SAME_PERSON)
    return any(sides.likeness.is_meant(place, _MEANT) for place in range(person.first, person.last))


def _is_said_again(sides: _Sides, person: Mention, gone: Sequence[Mention]) -> bool:
    """Tell whether a person that is gone was named before in the sentence: another language says he."""
    words = {key_of(sides.source[place].text) for place in range(person.first, person.last)}
    return person in gone and any(
        words & {key_of(sides.source[place].text) for place in range(other.first, other.last)}
        for other in gone[: gone.index(person)]
    )


def _is_currency(sides: _Sides, mention: Mention) -> bool:
    """Tell whether a nationality is a dollar's, which "$" says."""
    return mention.first > 0 and any(key in _CURRENCIES for key in keys_of(sides.source[mention.first - 1].text))


def _is_said_small(sides: _Sides, mention: Mention) -> bool:
    """Tell whether the output writes a name as a common word: communist."""
    small = {word.text for word in sides.output if word.text.islower()}
    return any(form.lower() in small for entry in mention.entries for form in sides.names.entries[entry].english)


def _lies_in(mention: Mention, other: Mention) -> bool:
    return other.first <= mention.first and mention.last <= other.last


def _lies_in_another(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(mention != other and _lies_in(mention, other) for other in others)


def _counterpart(sides: _Sides, new: Mention, gone: Sequence[Mention]) -> Mention | None:
    """Choose a name that is gone: of the same kind, or any where the new one is of none that is known."""
    kinds = sides.kinds(new)
    for old in gone:
        others = sides.kinds(old)
        if not kinds or kinds & others or (kinds & _PLACES and others & _PLACES):
            return old
    return None
