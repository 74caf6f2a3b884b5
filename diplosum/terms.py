"""Glossaries in files: TOML, CSV and TSV, and the one that the package brings, read with every mistake in them."""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from diplosum import arabic, toml
from diplosum.errors import InputError
from diplosum.glossary import Glossary, Term, english_words, key

STARTER = "starter"
COLUMNS = ("arabic", "english", "forms", "note")
_FORMATS = "a glossary is .toml, .csv or .tsv"
_HINT = f"name a file, or: --glossary {STARTER}"

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


def load(options: Sequence[str]) -> Glossary:
    """Read glossaries, named by file or ``starter``; where several have a term, the first counts.

    Raises InputError with everything that is wrong with a file.
    """
    terms: dict[tuple[str, ...], Term] = {}
    for option in options:
        for term in read(_starter() if option == STARTER else Path(option).expanduser()):
            terms.setdefault(key(term.arabic), term)
    return Glossary.of(terms.values())


def read(path: Path) -> list[Term]:
    """Read one file. Raises InputError with every mistake in it, each with its line."""
    form = path.suffix.lower()
    if form not in {".toml", ".csv", ".tsv"}:
        raise InputError(_FORMATS, where=str(path), hint=_HINT)
    text = _text(path)
    rows, mistakes = _tables(text, path) if form == ".toml" else _rows(text, form)
    terms, wrong = _terms(rows)
    mistakes = sorted([*mistakes, *wrong])
    if mistakes:
        listed = "".join(f"\n  line {line}: {message}" for line, message in mistakes)
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise InputError(f"{count} in this glossary:{listed}", where=str(path))
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
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), hint=_HINT) from error
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
            earlier = lines.setdefault(key(term.arabic), (line, term))
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
        elif text and not english_words(text):
            yield f"“{text}” has no words"
