"""Check 5: what is denied in one sentence and not in the other. The words are in negation.toml.

Arabic denies with a few words that are hardly ever anything else; how often their English has no negation was counted
on parallel text (لن 1 %, لا before a verb 2 %, لم 3 %, عدم 3 %, ليس 4 %), once the phrases are set aside in which they
deny nothing: لا بد is "must", لا يزال is "still", لا ... إلا is "only". English denies in many more ways: "unable",
"fails to", "free of"; each of them answers one Arabic word, the one that its own meaning stands behind.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from diplosum.fidelity.alignment import Word, likeness, source_words
from diplosum.fidelity.folding import LETTER, fold
from diplosum.finding import Finding, Severity, Span

_REACH = 16  # characters behind a negation in which the word stands that it denies
_SCOPE = 120  # characters behind a negation in which an exception to it stands
_ALIKE = 0.5  # cosine from which a word like "illegal" stands for the most alike Arabic one and for no other,
_SURELY_ALIKE = 0.65  # a word like "fails"
_NEARLY = 0.08  # below the greatest cosine, an Arabic word may still be the one


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The entries of each list of negation.toml, as one pattern."""

    arabic: dict[str, re.Pattern[str]]
    english: dict[str, re.Pattern[str]]
    limits: list[tuple[re.Pattern[str], re.Pattern[str]]]


@cache
def _patterns() -> _Patterns:
    given = tomllib.loads(files("diplosum.fidelity").joinpath("negation.toml").read_text("utf-8"))
    arabic = {name: _arabic(entries) for name, entries in given["arabic"].items()}
    arabic["implied"] = _arabic(given["arabic"]["implied"], "[وفبلكس]{0,2}(?:ال)?[يتنأم]{0,2}", "")
    english = {name: _english(entries) for name, entries in given["english"].items()}
    english["explicit"] = re.compile(rf"{english['explicit'].pattern}|n['’]t\b", re.IGNORECASE)
    english["prefixed"] = _prefixed(given["prefixes"])
    limits = [(_arabic([limit["arabic"]]), _english(limit["english"])) for limit in given["limits"]]
    return _Patterns(arabic, english, limits)


def _arabic(entries: Sequence[str], before: str = "[وف]?", behind: str = f"(?![{LETTER}])") -> re.Pattern[str]:
    return re.compile(f"(?<![{LETTER}]){before}(?:{'|'.join(entries)}){behind}")


def _english(entries: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(entries)})\b", re.IGNORECASE)


def _prefixed(given: dict[str, list[str]]) -> re.Pattern[str]:
    others = [f"{prefix}(?:{'|'.join(words)})" for prefix, words in given.items() if prefix != "not_un"]
    return re.compile(rf"\b(?:un(?!{'|'.join(given['not_un'])})\w{{2}}|{'|'.join(others)})\w*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Denials:
    """Where a source denies: surely, by a noun of absence among these, or perhaps; ``other``: in some other way."""

    sure: tuple[Span, ...]
    absences: tuple[Span, ...]
    likely: tuple[Span, ...]
    other: bool


def check(source: str, output: str) -> list[Finding]:
    """Find a denial of one side that the other does not have."""
    denials, english = _denials(source, output), _patterns().english
    explicit = [match.span() for match in english["explicit"].finditer(output)]
    if explicit:
        idioms = [match.span() for match in english["idioms"].finditer(output)]
        said = tuple(span for span in explicit if not _within(span, idioms))
        if not said or denials.sure or denials.likely or denials.other:
            return []
        return [Finding("negation", "warn", f"«{output[slice(*said[0])]}» denies; the source does not", output=said)]
    open_denials = _unanswered(source, output, denials)
    if not open_denials:
        return []
    severity: Severity = "note" if _turned(source[open_denials[0][1] :], output) else "warn"
    message = f"«{source[slice(*open_denials[0])]}» denies; the output does not"
    return [Finding("negation", severity, message, open_denials)]


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _denials(source: str, output: str) -> _Denials:
    folded, patterns = fold(source), _patterns()

    def find(name: str) -> list[Span]:
        return [match.span() for match in patterns.arabic[name].finditer(folded.text)]

    aside = find("idioms")
    for limit, answer in patterns.limits:
        if answer.search(output):
            aside += [match.span() for match in limit.finditer(folded.text)]
    absences = [span for span in find("absence") if not _within(span, aside)]
    sure = [span for span in find("particles") + find("without") if not _within(span, aside)]
    likely = [span for span in find("likely") if not _within(span, aside + sure)]

    def original(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(sorted({folded.span(*span) for span in spans}))

    return _Denials(original(sure + absences), original(absences), original(likely), bool(aside or find("implied")))


def _turned(behind: str, output: str) -> bool:
    """Tell whether an exception behind a negation has made it "only", or "only" has made it "also"."""
    text, patterns = fold(behind[:_SCOPE]).text, _patterns()
    only = bool(patterns.english["only"].search(output))
    if patterns.arabic["not_only"].search(text):
        return not only and bool(patterns.english["also"].search(output))
    return only and bool(patterns.arabic["except"].search(text))


def _unanswered(source: str, output: str, denials: _Denials) -> tuple[Span, ...]:
    """List what Arabic denies and English does not, where English denies nothing in so many words.

    A word like "illegal" or "fails" answers the Arabic negation behind which the word stands that it translates; where
    that word stands elsewhere, it answers none but a noun of absence.
    """
    left, negative = sorted(denials.sure + denials.likely), list(_negative_words(output))
    for place, alone in _meant(source, negative):
        answered = [cue for cue in left if place and any(0 < start - cue[1] <= _REACH for start in place)]
        answered = answered or [cue for cue in left if alone or cue in denials.absences]
        if answered:
            left.remove(answered[-1])
    return tuple(cue for cue in left if cue in denials.sure or not negative)


def _negative_words(output: str) -> Iterator[tuple[Word, float]]:
    """Yield words that deny without a "not", and the cosine from which they stand for a word of the source."""
    seen: list[Span] = []
    for name, enough in (("words", _SURELY_ALIKE), ("held", _ALIKE), ("prefixed", _ALIKE)):
        for match in _patterns().english[name].finditer(output):
            if not _within(match.span(), seen):
                seen.append(match.span())
                yield Word(match[0], match.span()), enough


def _meant(source: str, negative: Sequence[tuple[Word, float]]) -> Iterator[tuple[list[int], bool]]:
    """Yield for each of the words where in the source its counterparts begin, and whether none is like it enough."""
    words, implied = source_words(source) if negative else [], _patterns().arabic["implied"]
    cosines = likeness(words, [word for word, _ in negative])
    for column, (_, enough) in zip(cosines.T, negative, strict=True):
        best = float(column.max(initial=0))
        near = [
            word.span[0]
            for word, cosine in zip(words, column, strict=True)
            if cosine >= best - _NEARLY and not implied.match(word.text)  # «لم تتوقف» is "did not stop"
        ]
        yield near, best < enough
