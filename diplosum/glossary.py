"""Terms that a user wants rendered in one way: found in Arabic, looked for in English.

Nothing is replaced here: a term that was rendered otherwise is a finding, and :mod:`diplosum.retry` prefers a
hypothesis that has it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from diplosum import arabic
from diplosum.finding import Finding, Span

_DIGEST = 12  # hexadecimal digits

_WORD = re.compile("(?:[^\\W_][\u0640\u064b-\u0652\u0670]*)+")
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")
_FOLDS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ؤ": "و", "ئ": "ي"}
)
_APART = re.compile(r"[^\s«»\"“”()+\-–]")  # between two words: a term does not go across a comma
_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك")
_FEWEST_LETTERS = 3  # of what a prefix may be taken from

_ENGLISH_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+")
# British and American spellings of one word come out alike, right or wrong: both sides are folded.
_SPELLINGS = (
    (re.compile(r"is(?=e|ing|ation)"), "iz"),
    (re.compile(r"our(?=s?$)"), "or"),
    (re.compile(r"ence$"), "ense"),
    (re.compile(r"tre(?=s?$)"), "ter"),
    (re.compile(r"mme(?=s?$)"), "m"),
    (re.compile(r"viser"), "visor"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """An Arabic term and its English rendering. ``forms``: others of both, told apart by their script."""

    arabic: str
    english: str
    forms: tuple[str, ...] = ()
    note: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Every Arabic form."""
        return (self.arabic, *(form for form in self.forms if arabic.has_letters(form)))

    @property
    def renderings(self) -> tuple[str, ...]:
        """Every English form that will do; the first is the one to choose."""
        return (self.english, *(form for form in self.forms if not arabic.has_letters(form)))


@dataclass(frozen=True, slots=True)
class Use:
    """A term in a sentence: where it stands in the source, and where it was kept in the output, if it was."""

    term: Term
    source: tuple[Span, ...]
    output: tuple[Span, ...]

    def finding(self, source: str) -> Finding | None:
        """Say what is wrong, in the words of the source: nothing where the term was kept."""
        if self.output:
            return None
        words = source[slice(*self.source[0])]
        return Finding("term", "warn", f"«{words}» is not “{self.term.english}” here", self.source)


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms, and an index of them by the first word of each Arabic form."""

    terms: tuple[Term, ...]
    index: dict[str, list[tuple[tuple[str, ...], Term]]] = field(repr=False, compare=False)

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Glossary":
        """Index terms."""
        kept = tuple(terms)
        index: dict[str, list[tuple[tuple[str, ...], Term]]] = {}
        for term in kept:
            for form in term.sources:
                words = key(form)
                index.setdefault(words[0], []).append((words, term))
        return cls(kept, index)

    @property
    def digest(self) -> str:
        """Identify what the glossary says, whatever its file looks like."""
        said = "\n".join("\t".join((term.arabic, term.english, *term.forms)) for term in self.terms)
        return hashlib.sha256(said.encode()).hexdigest()[:_DIGEST]

    def find(self, source: str) -> list[tuple[Term, Span]]:
        """Find terms in an Arabic sentence, in order, the longest where several begin; none overlap."""
        words = _words(source)
        joined = [_APART.search(source, before[1], after[0]) is None for (before, _), (after, _) in pairwise(words)]
        found: list[tuple[Term, Span]] = []
        position = 0
        while position < len(words):
            fitting = [
                (term, len(form))
                for start in _starts(words[position][1])
                for form, term in self.index.get(start, ())
                if _agree(form, words[position + 1 : position + len(form)])
                and all(joined[position : position + len(form) - 1])
            ]
            if not fitting:
                position += 1
                continue
            term, size = max(fitting, key=lambda fit: fit[1])
            found.append((term, (words[position][0][0], words[position + size - 1][0][1])))
            position += size
        return found

    def uses(self, source: str, output: str) -> list[Use]:
        """List the terms of a source sentence, each once, and where the output has them."""
        places: dict[Term, list[Span]] = {}
        for term, span in self.find(source):
            places.setdefault(term, []).append(span)
        english = _english(output) if places else []
        return [
            Use(term, tuple(spans), tuple(span for form in term.renderings for span in _spans(form, english)))
            for term, spans in places.items()
        ]


def key(form: str) -> tuple[str, ...]:
    """Words of an Arabic form, spelled for comparing."""
    return tuple(folded for _, folded in _words(form))


def _words(text: str) -> list[tuple[Span, str]]:
    """Words with their places, spelled for comparing: no diacritics, variants of alef, ya and ha as one."""
    return [(match.span(), _folded(match[0])) for match in _WORD.finditer(text)]


def _folded(word: str) -> str:
    plain = word if word.isascii() else unicodedata.normalize("NFKC", word)
    return _MARKS.sub("", plain).translate(_FOLDS).casefold()


def _starts(word: str) -> Iterator[str]:
    """Yield what the first word of a term may be: with or without و ف ب ل ك before it, and with or without its article.

    A term that is written with an article needs one; before it, ل takes the place of the alef.
    """
    for prefix in _PREFIXES:
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or (prefix and len(rest) < _FEWEST_LETTERS):
            continue
        yield rest
        if rest.startswith("ال"):
            yield rest[2:]
        elif prefix.endswith("ل") and rest.startswith("ل"):
            yield f"ا{rest}"
            yield f"ال{rest}"  # للجنة: ل + اللجنة
            yield rest[1:]


def _agree(form: Sequence[str], words: Sequence[tuple[Span, str]]) -> bool:
    """Whether the words after the first are those of a form; an article that the form does not have may stand there."""
    rest = form[1:]
    return len(rest) == len(words) and all(
        said in {wanted, f"ال{wanted}"} for wanted, (_, said) in zip(rest, words, strict=True)
    )


def _english(text: str) -> list[tuple[Span, str]]:
    return [(match.span(), _spelled(match[0])) for match in _ENGLISH_WORD.finditer(text)]


def _spelled(word: str) -> str:
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    plain = bare.casefold().replace(".", "")
    for pattern, spelling in _SPELLINGS:
        plain = pattern.sub(spelling, plain)
    return plain


def english_words(form: str) -> list[str]:
    """Words of a rendering, spelled for comparing, without the article that it may begin with."""
    words = [word for _, word in _english(form)]
    return words[1:] if words[1:] and words[0] in {"the", "a", "an"} else words


def _spans(form: str, english: Sequence[tuple[Span, str]]) -> Iterator[Span]:
    """Places of a rendering, in the singular or plural."""
    wanted = english_words(form)
    for start in range(len(english) - len(wanted) + 1):
        row = english[start : start + len(wanted)]
        if all(said in _numbers(word) for word, (_, said) in zip(wanted, row, strict=True)):
            yield row[0][0][0], row[-1][0][1]


def _numbers(word: str) -> tuple[str, ...]:
    return word, f"{word}s", f"{word}es", f"{word[:-1]}ies"
