"""Terms that a user wants rendered in one way: read from a file, found in Arabic, looked for in English.

Nothing is replaced here: a term that was rendered otherwise is a finding, and :mod:`diplosum.retry` prefers a
hypothesis that has it.
"""

import csv
import hashlib
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from diplosum import arabic, toml
from diplosum.errors import InputError
from diplosum.finding import Finding, Span

STARTER = "starter"
COLUMNS = ("arabic", "english", "forms", "note")
_DIGEST = 12  # hexadecimal digits
_FORMATS = "a glossary is .toml, .csv or .tsv"

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

_TEXT = toml.Value("a text that says something", lambda value: isinstance(value, str) and value.strip() != "")
_FORMS = toml.Value(
    "a list of texts", lambda value: isinstance(value, list) and all(isinstance(form, str) for form in value)
)
_FILE = toml.Table(
    {
        "term": toml.Array(
            toml.Table(
                {"arabic": _TEXT, "english": _TEXT, "forms": _FORMS, "note": _TEXT}, required=("arabic", "english")
            )
        )
    },
    required=("term",),
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
                words = tuple(folded for _, folded in _words(form))
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


def load(options: Sequence[str]) -> Glossary:
    """Read glossaries, named by file or ``starter``; where several have a term, the first counts.

    Raises InputError with everything that is wrong with a file.
    """
    terms: dict[tuple[str, ...], Term] = {}
    for option in options:
        for term in read(_starter() if option == STARTER else Path(option).expanduser()):
            terms.setdefault(_key(term.arabic), term)
    return Glossary.of(terms.values())


def read(path: Path) -> list[Term]:
    """Read one file. Raises InputError with every mistake in it, each with its line."""
    form = path.suffix.lower()
    if form not in {".toml", ".csv", ".tsv"}:
        raise InputError(_FORMATS, where=str(path), hint=f"name a file, or: --glossary {STARTER}")
    text = _text(path)
    rows, mistakes = _tables(text, path) if form == ".toml" else _rows(text, form)
    terms, wrong = _terms(rows)
    mistakes = sorted([*mistakes, *wrong])
    if mistakes:
        listed = "".join(f"\n  line {line}: {message}" for line, message in mistakes)
        raise InputError(f"{len(mistakes)} mistakes in this glossary:{listed}", where=str(path))
    if not terms:
        raise InputError("this glossary has no terms", where=str(path), hint=f"its columns are {', '.join(COLUMNS)}")
    return terms


_Row = tuple[int, tuple[str, str, tuple[str, ...], str]]  # line; Arabic, English, forms, note
_Problem = tuple[int, str]  # line; what is wrong there


def _starter() -> Path:
    return Path(__file__).parent / "assets" / "glossary.tsv"


def _text(path: Path) -> str:
    """Read a file in UTF-8, or in the UTF-16 that spreadsheets call Unicode text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error
    try:
        return data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"line {line} is not UTF-8", where=str(path), hint="save the glossary as UTF-8") from error


def _tables(text: str, path: Path) -> tuple[list[_Row], list[_Problem]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, message = toml.located(error, text)
        raise InputError(message, where=f"{path}:{line}", hint="https://toml.io shows how TOML is written") from error
    known, mistakes = toml.check(tables, _FILE)
    places = toml.lines(text)

    def line_of(keys: toml.Keys) -> int:
        return next((places[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in places), 1)

    rows = [
        (
            line_of(("term", number)),
            (term["arabic"], term["english"], tuple(term.get("forms") or ()), term.get("note") or ""),
        )
        for number, term in enumerate(known.get("term", ()))
        if term.get("arabic") and term.get("english")
    ]
    return rows, [(line_of(mistake.keys), str(mistake)) for mistake in mistakes]


def _rows(text: str, form: str) -> tuple[list[_Row], list[_Problem]]:
    """Read rows of a table; a first row that names the columns gives their order, else it is that of COLUMNS."""
    rows: list[_Row] = []
    mistakes: list[_Problem] = []
    order: Sequence[str] = COLUMNS
    first = True
    try:
        table = list(_cells(text, form))
    except csv.Error as error:
        return [], [(text.count("\n") + 1, str(error))]
    for line, cells in table:
        names = [cell.lower().lstrip("# ") for cell in cells]
        if first and {"arabic", "english"} & set(names):
            order, first = names, False
            mistakes += [
                (line, f"unknown column {name or '(empty)'}{toml.meant(name, COLUMNS)}")
                for name in names
                if name not in COLUMNS
            ]
            mistakes += [(line, f"there is no column {name}") for name in COLUMNS[:2] if name not in names]
            continue
        if cells[0].startswith("#"):
            continue
        first = False
        if len(cells) > len(order):
            mistakes.append((line, f"{len(cells)} columns where {len(order)} are known"))
            continue
        row = dict(zip(order, cells, strict=False))
        forms = tuple(form.strip() for form in row.get("forms", "").split("|") if form.strip())
        rows.append((line, (row.get("arabic", ""), row.get("english", ""), forms, row.get("note", ""))))
    return rows, mistakes


def _cells(text: str, form: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty, each with the line on which it ends."""
    file, head = io.StringIO(text, newline=None), text.partition("\n")[0]
    if form == ".tsv":
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:  # spreadsheets of half the world write semicolons
        reader = csv.reader(file, delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        while stripped and not stripped[-1]:
            stripped.pop()
        if stripped:
            yield reader.line_num, stripped


def _terms(rows: Iterable[_Row]) -> tuple[list[Term], list[_Problem]]:
    terms: list[Term] = []
    mistakes: list[_Problem] = []
    lines: dict[tuple[str, ...], tuple[int, Term]] = {}
    for line, (source, english, forms, note) in rows:
        term = Term(source.strip(), english.strip(), forms, note)
        wrong = list(_wrong(term))
        if not wrong:
            earlier = lines.setdefault(_key(term.arabic), (line, term))
            if earlier[1].english != term.english:
                wrong = [f"{term.arabic} is “{earlier[1].english}” on line {earlier[0]}"]
            elif earlier[1] is term:
                terms.append(term)
        mistakes += [(line, message) for message in wrong]
    return terms, mistakes


def _wrong(term: Term) -> Iterator[str]:
    if not arabic.has_letters(term.arabic):
        yield f"“{term.arabic}” is not Arabic" if term.arabic else "the Arabic is missing"
    if not term.english:
        yield "the English is missing"
    for text in term.renderings:
        if arabic.has_letters(text):
            yield f"“{text}” is not English"
        elif text and not _renders(text):
            yield f"“{text}” has no words"


def _key(form: str) -> tuple[str, ...]:
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


def _renders(form: str) -> list[str]:
    """Words of a rendering, without the article that it may begin with."""
    words = [word for _, word in _english(form)]
    return words[1:] if words[1:] and words[0] in {"the", "a", "an"} else words


def _spans(form: str, english: Sequence[tuple[Span, str]]) -> Iterator[Span]:
    """Places of a rendering, in the singular or plural."""
    wanted = _renders(form)
    for start in range(len(english) - len(wanted) + 1):
        row = english[start : start + len(wanted)]
        if all(said in _numbers(word) for word, (_, said) in zip(wanted, row, strict=True)):
            yield row[0][0][0], row[-1][0][1]


def _numbers(word: str) -> tuple[str, ...]:
    return word, f"{word}s", f"{word}es", f"{word[:-1]}ies"
