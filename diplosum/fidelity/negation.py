"""What is denied in one sentence and not in the other. The words are in negation.toml.

Arabic denies with a few words that are hardly ever anything else; how often their English has no negation was counted
on parallel text (لن 1 %, لا before a verb 2 %, لم 3 %, عدم 3 %, ليس 4 %), once the phrases are set aside in which they
deny nothing: لا بد is "must", لا يزال is "still", لا ... إلا is "only". English denies in many more ways: "unable",
"fails to", "free of"; each of them answers one Arabic word, the one that its own meaning stands behind. Several
sentences are compared one by one where those of both sides run side by side.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

from diplosum.fidelity.alignment import Word, likeness, source_words
from diplosum.fidelity.folding import LETTER, fold
from diplosum.finding import Finding, Span

_REACH = 16  # characters behind a negation in which the word stands that it denies
_SCOPE = 120  # characters behind a negation in which an exception to it stands
# Cosine from which a word like "illegal" may stand for the word that an Arabic one denies,
_LIKE = {"general": 0.5, "particular": 0.5, "prefixed": 0.4}
_NEARLY = 0.08  # if no other word of the source is more like it than by this
_TAKEN = {"general": 0.65, "particular": 0.5, "prefixed": 0.5}  # cosine from which another word has it for its own
_STRANGE = 0.4  # cosine below which the vectors know nothing of a word
_OWN = 0.6  # cosine from which a word that denies by what it means («رفض») has its translation ("refused") for its own
_APART = 0.15  # of their texts' lengths: how far apart two sentences may end that stand for each other
_END = re.compile(r"(?<=[.!?؟])[»”\"]?\s+(?=[\W\d_]*[^\W\da-z_])")  # "i.e. a" goes on
_BUT = re.compile(f"[،؛:.!؟]|(?<![{LETTER}])(?:و?لكن|بل(?![{LETTER}]))")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The entries of each list of negation.toml, as one pattern."""

    arabic: dict[str, re.Pattern[str]]
    english: dict[str, re.Pattern[str]]
    limits: list[tuple[re.Pattern[str], re.Pattern[str]]]
    bounds: list[tuple[re.Pattern[str], re.Pattern[str]]]


@cache
def _patterns() -> _Patterns:
    given = tomllib.loads(files("diplosum.fidelity").joinpath("negation.toml").read_text("utf-8"))
    arabic = {name: _arabic(entries) for name, entries in given["arabic"].items()}
    arabic["implied"] = _arabic(given["arabic"]["implied"], "[وفبلكس]{0,2}(?:ال)?[يتنأم]{0,2}", "")
    english = {name: _english(entries) for name, entries in given["english"].items()}
    english["explicit"] = re.compile(rf"{english['explicit'].pattern}|n['’]t\b", re.IGNORECASE)
    english["prefixed"] = re.compile(
        f"{english['prefixed'].pattern}|{_prefixed(given['prefixes']).pattern}", re.IGNORECASE
    )
    limits = [(_arabic([limit["arabic"]]), _english(limit["english"])) for limit in given["limits"]]
    bounds = [(_arabic([bound["arabic"]]), _english(bound["overstepped"])) for bound in given["bounds"]]
    return _Patterns(arabic, english, limits, bounds)


def _arabic(entries: Sequence[str], before: str = "[وف]?", behind: str = f"(?![{LETTER}])") -> re.Pattern[str]:
    return re.compile(f"(?<![{LETTER}]){before}(?:{'|'.join(entries)}){behind}")


def _english(entries: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(entries)})\b", re.IGNORECASE)


def _prefixed(given: dict[str, list[str]]) -> re.Pattern[str]:
    others = [f"{prefix}(?:{'|'.join(words)})" for prefix, words in given.items() if prefix != "not_un"]
    return re.compile(rf"\b(?:un(?!{'|'.join(given['not_un'])})[-‐‑]?\w{{2}}|{'|'.join(others)})\w*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Denials:
    """Where a source denies: surely (by a noun of absence or "without" among these), or perhaps; ``other``: else."""

    sure: tuple[Span, ...]
    absences: tuple[Span, ...]
    without: tuple[Span, ...]
    likely: tuple[Span, ...]
    other: bool

    @property
    def weak(self) -> frozenset[Span]:
        """Those that English mostly answers by a word of its own."""
        return frozenset(self.absences + self.without + self.likely)


def check(source: str, output: str) -> list[Finding]:
    """Find a denial of one side that the other does not have, sentence by sentence where both have as many."""
    return [
        replace(
            finding,
            source=tuple((start + first, end + first) for start, end in finding.source),
            output=tuple((start + second, end + second) for start, end in finding.output),
        )
        for (first, said), (second, repeated) in _sentences(source, output)
        for finding in _compared(said, repeated)
    ]


def _sentences(source: str, output: str) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """Pair the sentences of both sides, with where they begin; all of them as one if they do not run side by side."""
    ends = [[match.end() for match in _END.finditer(text)] for text in (source, output)]
    apart = [abs(one / len(source) - other / len(output)) for one, other in zip(*ends, strict=False)]
    if len(ends[0]) != len(ends[1]) or any(share > _APART for share in apart):
        return [((0, source), (0, output))]
    pieces = [
        [(start, text[start:end]) for start, end in pairwise([0, *stops, len(text)])]
        for text, stops in zip((source, output), ends, strict=True)
    ]
    return list(zip(*pieces, strict=True))


def _compared(source: str, output: str) -> list[Finding]:
    denials, english = _denials(source, output), _patterns().english
    explicit = [match.span() for match in english["explicit"].finditer(output)]
    if explicit:
        idioms = [match.span() for match in english["idioms"].finditer(output)]
        said = tuple(span for span in explicit if not _within(span, idioms))
        if not said or denials.sure or denials.likely or denials.other:
            return []
        return [Finding("negation", "warn", f"«{output[slice(*said[0])]}» denies; the source does not", output=said)]
    overstepped = _overstepped(source, output)
    if overstepped:
        message = f"«{source[slice(*overstepped)]}» sets a limit; the output oversteps it"
        return [Finding("negation", "warn", message, (overstepped,))]
    open_denials = _unanswered(source, output, denials)
    if not open_denials:
        return []
    starts = [*(cue[0] for cue in denials.sure), len(source)]
    kept = tuple(
        cue
        for cue in open_denials
        if not _turned(source[cue[1] : min(start for start in starts if start >= cue[1])], output)
    )
    shown = kept or open_denials
    message = f"«{source[slice(*shown[0])]}» denies; the output does not"
    return [Finding("negation", "warn" if kept else "note", message, shown)]


def _overstepped(source: str, output: str) -> Span | None:
    """Find a bound that the output turns around: "not later than" that became "later than"."""
    folded = fold(source)
    for bound, beyond in _patterns().bounds:
        match = bound.search(folded.text)
        if match and beyond.search(output):
            return folded.span(*match.span())
    return None


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
    without = [span for span in find("without") if not _within(span, aside)]
    sure = [span for span in find("particles") if not _within(span, aside)] + absences + without
    likely = [span for span in find("likely") if not _within(span, aside + sure)]

    def original(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(sorted({folded.span(*span) for span in spans}))

    other = bool(aside or find("implied"))
    return _Denials(original(sure), original(absences), original(without), original(likely), other)


def _turned(behind: str, output: str) -> bool:
    """Tell whether an exception behind a negation has made it "only", or "only" has made it "also"."""
    text, patterns = fold(behind[:_SCOPE]).text, _patterns()
    only = bool(patterns.english["only"].search(output))
    if patterns.arabic["not_only"].search(text):
        return not only and bool(patterns.english["also"].search(output))
    return only and bool(patterns.arabic["except"].search(text))


def _unanswered(source: str, output: str, denials: _Denials) -> tuple[Span, ...]:
    """List what Arabic denies and English does not, where English denies nothing in so many words.

    A word like "illegal" or "fails" answers the Arabic negation behind which the word stands that it translates, the
    most alike first. One that translates no word answers what English mostly puts otherwise: a noun of absence, a
    "without" or «غير»; a general one like "fails" answers any.
    """
    left, negative = sorted(denials.sure + denials.likely), _negative_words(output)
    if not left or not negative:
        return tuple(left)
    meanings, spent = _meanings(source, denials, negative), set()
    near = [(like, cue, index) for index, meaning in enumerate(meanings) for cue, like in meaning.near.items()]
    for _, cue, index in sorted(near, reverse=True):
        if cue in left and index not in spent:
            left.remove(cue)
            spent.add(index)
    for index, meaning in enumerate(meanings):
        open_to = [cue for cue in left if cue in meaning.others and index not in spent]
        answered = sorted((cue in denials.sure, cue) for cue in open_to)
        if answered:
            left.remove(answered[-1][1])
    return tuple(cue for cue in left if cue in denials.sure)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The negations that a word may answer: those near what it translates, with the cosines; if none, ``others``."""

    near: dict[Span, float]
    others: frozenset[Span]


def _meanings(source: str, denials: _Denials, negative: Sequence[tuple[Word, str]]) -> list[_Meaning]:
    cues, implied = denials.sure + denials.likely, _patterns().arabic["implied"]
    words = source_words(source)
    cosines = likeness(words, [word for word, _ in negative])
    itself = np.array([_within(word.span, cues) for word in words], dtype=np.bool_)
    denies = np.array([implied.match(word.text) is not None for word in words], dtype=np.bool_) & ~itself
    behind = {cue: np.array([_denied(source, cue, word.span[0]) for word in words], dtype=np.bool_) for cue in cues}
    meanings = []
    for column, (_, kind) in zip(cosines.T, negative, strict=True):
        best, own, cue_like = (float(column[which].max(initial=0)) for which in (~itself, denies, itself))
        near = {}
        for cue, here in behind.items():
            # «لم تتوقف» is "did not stop", though «بلا توقف» is "nonstop"
            firm = kind != "prefixed" or cue not in denials.weak
            like = float(column[here & ~itself & ~(denies & firm)].max(initial=0))
            if like >= max(_LIKE[kind], best - _NEARLY):
                near[cue] = like
        if own >= max(_OWN, cue_like - _NEARLY):
            others = frozenset[Span]()
        elif best >= _TAKEN[kind]:
            others = frozenset(denials.absences)
        else:
            others = frozenset(cues) if kind == "general" or best < _STRANGE else denials.weak
        meanings.append(_Meaning(near, others))
    return meanings


def _denied(source: str, cue: Span, place: int) -> bool:
    """Tell whether a negation reaches a word: that stands close behind it, and before any "but"."""
    return 0 < place - cue[1] <= _REACH and not _BUT.search(source, cue[1], place)


def _negative_words(output: str) -> list[tuple[Word, str]]:
    """List words that deny without a "not", and their kinds."""
    found: list[tuple[Word, str]] = []
    for kind in _TAKEN:
        for match in _patterns().english[kind].finditer(output):
            if not _within(match.span(), [word.span for word, _ in found]):
                found.append((Word(match[0], match.span()), kind))
    return found
