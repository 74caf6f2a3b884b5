"""One spelling for a name from the first sentence of a document to the last.

Arabic writes a name one way; a model that sees a sentence at a time writes it as it falls: Jaafari, Al-Jafari. The
first rendering is kept: others are replaced where the Arabic word and the English one match beyond doubt, and only
reported where they do not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from diplosum.fidelity import transliteration
from diplosum.fidelity.capitals import is_abbreviation, is_usual, starts_sentence
from diplosum.fidelity.gazetteer import gazetteer
from diplosum.fidelity.transliteration import letters_of
from diplosum.fidelity.words import Word, arabic_words, english_words
from diplosum.finding import Finding, Span

_SURE = 4.0  # score of a match beyond doubt,
_SURE_EACH = 0.5  # and for each letter of both words
_AHEAD = 2.0  # by which it must beat the next best Arabic word,
_BEHIND = 4.0  # and by which it may be a worse spelling than the one before: Mahmoud is not another Mohammed
_ARTICLE = re.compile(r"\b(?:[AaEe][lL]|[Aa][sdtnrz]|[Aa]sh)[- ]$")  # before a name: al-, El, ash-
_LEADING_ARTICLE = re.compile(rf"^{_ARTICLE.pattern.removesuffix('$')}")
_COMPOUND = re.compile(r"[Aa]bd(?:[aeiou][a-z])?|[Aa]b[ou]u?")  # Abd, Abdul, Abdel, Abdur, Abu, Abou: of a name
_JOINT = re.compile(r"[ -](?:(?:[AaEeUu][ltdsnrz]|[Aa]sh)[ -])?")
_COMPOUNDS = ("عبد", "ابو", "ابي")
_SON = ("بن", "ابن")


@dataclass(frozen=True, slots=True)
class _Match:
    """A name of the output and the Arabic word that it spells; ``key`` is the same wherever the name is the same.

    A given name has the surname in its key: Mohammed of one family may be Muhammad of another.
    """

    key: tuple[str, ...]
    source: Word
    span: Span  # in the output, the article included
    text: str
    sure: bool

    def respells(self, before: str) -> bool:
        """Tell whether the name is beyond doubt another spelling of ``before``."""
        earlier, now = (
            transliteration.core(self.key[0], _LEADING_ARTICLE.sub("", name))[1] for name in (before, self.text)
        )
        return self.sure and now >= earlier - _BEHIND


@dataclass(slots=True)
class Names:
    """The renderings of a document's names so far. Sentences are given to :meth:`unify` in the document's order."""

    _first: dict[tuple[str, ...], str] = field(default_factory=dict)

    def unify(self, source: str, output: str) -> tuple[str, list[Finding]]:
        """Return the output with the names spelled as before, and a note for each that was or may be another spelling.

        Names inside quotation marks that are not closed, known countries and cities, and words that are no names are
        left alone.
        """
        pieces, findings, end, shift = [], list[Finding](), 0, 0
        for match in _matches(source, output):
            before = self._first.get(match.key)
            if before is None:
                if match.sure:
                    self._first[match.key] = match.text
                continue
            if _same(before, match.text):
                continue
            start, stop = match.span
            if not match.respells(before) or not _is_balanced(output):
                message = f"«{match.source.text}» is spelled {match.text} here, {before} before"
                place = start + shift, stop + shift
                findings.append(Finding("name", "note", message, (match.source.span,), (place,)))
                continue
            kept = before[0].upper() + before[1:] if starts_sentence(output, start) else before
            pieces += [output[end:start], kept]
            message = f"the model spelled «{match.source.text}» {match.text} here; {before}, as before"
            place = start + shift, start + shift + len(kept)
            findings.append(Finding("name", "note", message, (match.source.span,), (place,)))
            shift += len(kept) - (stop - start)
            end = stop
        return "".join([*pieces, output[end:]]), findings


def _same(before: str, text: str) -> bool:
    """Tell whether two renderings differ only in the capital of the article or in how it is joined."""
    return before.casefold().replace(" ", "-") == text.casefold().replace(" ", "-")


def _is_balanced(text: str) -> bool:
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("«") == text.count("»")


def _matches(source: str, output: str) -> Iterator[_Match]:
    """Pair names of the output with Arabic words, in the order of the output."""
    known = _known(output)
    words = [word for word in english_words(output) if word.span not in known]
    names = [word for word in _compounds(words, output) if _is_name(word.text)]
    arabic = _joined(arabic_words(source))
    best = {name: found for name in names if (found := _best(name, arabic))}
    met: dict[str, int] = {}
    pairs: dict[Word, tuple[int, str, bool]] = {}
    for name, (part, sure) in best.items():
        places = [place for place, word in enumerate(arabic) if letters_of(word.text).endswith(part)]
        claims = sum(1 for other, _ in best.values() if other == part)
        pairs[name] = places[min(met.get(part, 0), len(places) - 1)], part, sure and claims <= len(places)
        met[part] = met.get(part, 0) + 1
    for number, (name, (place, part, sure)) in enumerate(pairs.items()):
        following = list(pairs.values())[number + 1 : number + 2]
        surname = following[0][1] if following and _is_family(arabic, place, following[0][0]) else None
        start = _with_article(output, name.span[0], letters_of(arabic[place].text).removesuffix(part))
        key = (part, surname) if surname else (part,)
        yield _Match(key, arabic[place], (start, name.span[1]), output[start : name.span[1]], sure)


def _is_name(text: str) -> bool:
    """Tell whether a word is a name that may be spelled another way; known people's are, known places' are not."""
    return text[0].isupper() and not text.isupper() and not is_usual(text) and not is_abbreviation(text)


def _known(output: str) -> set[Span]:
    """List the words of names that have one spelling: of countries, cities, organisations, peoples."""
    names, words = gazetteer(), english_words(output)
    return {
        words[place].span
        for mention in names.in_english(words)
        if any(names.entries[entry].kind != "person" for entry in mention.entries)
        for place in range(mention.first, mention.last)
    }


def _joined(words: list[Word]) -> list[Word]:
    """Write Abd Allah and Abu Bakr as one word, as English often does."""
    joined, place = list[Word](), 0
    while place < len(words):
        word = words[place]
        if place + 1 < len(words) and letters_of(word.text).endswith(_COMPOUNDS):
            following = words[place + 1]
            word = Word(word.text + following.text, (word.span[0], following.span[1]))
            place += 1
        joined.append(word)
        place += 1
    return joined


def _compounds(words: list[Word], output: str) -> list[Word]:
    """Read Abdul Rahman and Abd al-Rahman as one word each, Abdulrahman."""
    joined, place = list[Word](), 0
    while place < len(words):
        word, place = words[place], place + 1
        if _COMPOUND.fullmatch(word.text):
            parts = [part for part in words[place : place + 2] if _JOINT.fullmatch(output[word.span[1] : part.span[0]])]
            if parts and parts[-1].text[0].isupper():
                between = output[word.span[1] : parts[-1].span[1]]
                word = Word(word.text + re.sub("[ -]", "", between).lower(), (word.span[0], parts[-1].span[1]))
                place = words.index(parts[-1]) + 1
        joined.append(word)
    return joined


def _best(name: Word, arabic: list[Word]) -> tuple[str, bool] | None:
    """Find the letters of the Arabic word that is spelled like a name, and whether it cannot be another."""
    scores: dict[str, float] = {}
    for word in arabic:
        part, value = transliteration.core(word.text, name.text)
        scores[part] = max(value, scores.get(part, value))
    ranked = sorted(((value, part) for part, value in scores.items()), reverse=True)[:2]
    if not ranked or ranked[0][0] < transliteration.LIKELY:
        return None
    value, part = ranked[0]
    letters = len(part) + len(transliteration.spelling_of(name.text))
    ahead = len(ranked) == 1 or value - ranked[1][0] >= _AHEAD
    return part, ahead and value >= max(_SURE, _SURE_EACH * letters)


def _is_family(arabic: list[Word], given: int, family: int) -> bool:
    """Tell whether one Arabic word follows another at once, or as the son's name the father's."""
    return family == given + 1 or (family == given + 2 and arabic[given + 1].text in _SON)


def _with_article(output: str, start: int, prefix: str) -> int:
    """Find where a name begins with its article, if the Arabic word has one."""
    article = _ARTICLE.search(output[:start]) if prefix.endswith(("ال", "لل")) else None
    return article.start() if article else start
