"""What a written summary stands on: which sentences say what each of its sentences says, and what none of them has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from diplosum import arabic
from diplosum.fidelity import english_numerals, numerals, vectors
from diplosum.fidelity.gazetteer import gazetteer
from diplosum.fidelity.quantity import Force, Quantity
from diplosum.fidelity.words import arabic_words, english_words
from diplosum.finding import Finding
from diplosum.standing import all_words_of, stem_of

# How like a sentence is to another: the cosine of their vectors, and half the share of its words that the other has.
_WORDS = 0.5
_FEWEST_LETTERS = 3  # of a word without its prefixes; shorter ones are particles
# Titles of the 48 articles in tests/data, each beside the sentence of its own article that is most like it: at least
# 0.26, half of them 0.66 and more. Beside other articles: half of them 0.15 and less, one in four 0.11 and less,
# one in a hundred 0.38 and more. Sentences say more than titles.
_UNLIKE, _HARDLY_LIKE = 0.12, 0.20
_NEARLY = 0.3  # below the best that a further supporting sentence may be
_MOST = 3  # sentences that are linked for what they mean; more may be for a name or number


@dataclass(frozen=True, slots=True)
class Support:
    """Positions, among those that were read, of the sentences that a summary's sentence stands on; what none has."""

    positions: tuple[int, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something that a summary must not invent: what to say if it did, and the sentences that have it."""

    invented: Finding
    positions: frozenset[int]


def support(sentence: str, read: Sequence[str]) -> Support:
    """Link a sentence of a summary, Arabic or English, to those it was made of: at least one, in their order."""
    likeness = vectors.of_sentences(read) @ vectors.of_sentences([sentence])[0]
    said = _stems(sentence)
    likeness += [_WORDS * len(said & _stems(text)) / max(1, len(said)) for text in read]
    order = [int(position) for position in np.argsort(-np.round(likeness, 4), kind="stable")]
    best = float(likeness[order[0]])
    chosen = {position for position in order[:_MOST] if likeness[position] >= max(_HARDLY_LIKE, best - _NEARLY)}
    chosen = chosen or {order[0]}
    findings = []
    if best < _HARDLY_LIKE:
        message = "nothing that was read is like this"
        findings.append(Finding("meaning", "fail" if best < _UNLIKE else "warn", message))
    for fact in (*_numbers(sentence, read), *_names(sentence, read)):
        if not fact.positions:
            findings.append(fact.invented)
        elif not fact.positions & chosen:
            chosen.add(next(position for position in order if position in fact.positions))
    return Support(tuple(sorted(chosen)), tuple(findings))


def _stems(text: str) -> set[str]:
    return {stem for word in all_words_of(text) if len(stem := stem_of(word)) >= _FEWEST_LETTERS}


def _numbers(sentence: str, read: Sequence[str]) -> Iterator[_Fact]:
    said = [numerals.read(text) for text in read]
    for quantity in (numerals if arabic.has_letters(sentence) else english_numerals).read(sentence):
        if quantity.force < Force.WORD:
            continue
        text = sentence[slice(*quantity.span)]
        invented = Finding(
            "number",
            "fail" if quantity.force is Force.DIGIT else "warn",
            f"«{text}» is nowhere in what was read",
            output=(quantity.span,),
        )
        yield _Fact(invented, frozenset(n for n, quantities in enumerate(said) if _has(quantities, quantity)))


def _names(sentence: str, read: Sequence[str]) -> Iterator[_Fact]:
    """Yield the names of a sentence that the lists know; one that nobody said is likely, not certain, to be wrong."""
    known = gazetteer()
    said = [
        frozenset(entry for mention in known.in_arabic(arabic_words(text)) for entry in mention.entries)
        for text in read
    ]
    in_arabic = arabic.has_letters(sentence)
    words = arabic_words(sentence) if in_arabic else english_words(sentence)
    for mention in known.in_arabic(words) if in_arabic else known.in_english(words):
        if mention.sure:
            span = words[mention.first].span[0], words[mention.last - 1].span[1]
            message = f"«{sentence[slice(*span)]}» is nowhere in what was read"
            invented = Finding("name", "warn", message, output=(span,))
            yield _Fact(invented, frozenset(n for n, entries in enumerate(said) if entries & mention.entries))


def _has(quantities: Sequence[Quantity], wanted: Quantity) -> bool:
    keys = frozenset(key for quantity in quantities for part in (quantity.keys, *quantity.parts) for key in part)
    return bool(wanted.keys & keys) or (bool(wanted.parts) and all(part & keys for part in wanted.parts))
