"""Sets to evaluate on: source and reference line by line, or articles with reference summaries."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from diplosum.document import parse
from diplosum.errors import InputError


@dataclass(frozen=True, slots=True)
class Article:
    """A text, its title on the first line, and the summaries that people made of it."""

    name: str
    text: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Sources and their translations by people, line by line; ``digest`` is that of all references."""

    sources: tuple[str, ...]
    references: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles with references; ``digest`` is that of the file."""

    articles: tuple[Article, ...]
    digest: str


def digest(lines: Sequence[str]) -> str:
    """SHA-256 of lines, spaces around each left out: what a set is recognised by."""
    return sha256("\n".join(line.strip() for line in lines).encode()).hexdigest()


def _lines(path: str) -> list[str]:
    """Read the lines of a UTF-8 file; only a newline ends one, as in the files of every test set. Raises InputError."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as UTF-8: {error}", where=path) from error
    if not text.strip():
        raise InputError("is empty", where=path)
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def lines(path: str, count: int) -> tuple[str, ...]:
    """Read a system's output. Raises InputError when it has not ``count`` lines."""
    read = _lines(path)
    if len(read) != count:
        raise InputError(
            f"{len(read)} lines, and the set has {count}", where=path, hint="one line for each source line"
        )
    return tuple(read)


def pairs(table: str | None, sources: str | None, references: str | None) -> Pairs:
    """Read source TAB reference, or two files with as many lines. Raises InputError."""
    if table is not None:
        rows = [line.split("\t") for line in _lines(table)]
        bad = next((number for number, row in enumerate(rows, 1) if len(row) < 2 or not row[0].strip()), None)  # noqa: PLR2004 - source and reference
        if bad is not None:
            raise InputError(f"line {bad} is not: source, a tab, reference", where=table)
        left, right = [row[0] for row in rows], [row[1] for row in rows]
    elif sources is not None and references is not None:
        left = _lines(sources)
        right = list(lines(references, len(left)))
        bad = next((number for number, line in enumerate(left, 1) if not line.strip()), None)
        if bad is not None:
            raise InputError(f"line {bad} is empty", where=sources)
    else:
        raise InputError("no set was named", hint="give SET.tsv, or --source FILE and --reference FILE")
    return Pairs(tuple(" ".join(line.split()) for line in left), tuple(right), digest(right))


def articles(path: str) -> Articles:
    """Read JSON Lines: ``text``, ``summaries``, and if there are any ``id`` and ``title``. Raises InputError.

    A summary is a text, or a list of positions of sentences of ``text``, counted from 0.
    """
    read = _lines(path)
    return Articles(tuple(_articles(read, path)), digest(read))


def _articles(read: Sequence[str], path: str) -> Iterator[Article]:
    for number, line in enumerate(read, 1):
        try:
            record = json.loads(line)
            text, given = record["text"], record["summaries"]
            references = tuple(_reference(summary, text) for summary in given)
            title = record.get("title", "")
            name = str(record.get("id", number))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise InputError(
                f"line {number} is not an article: {error!r}",
                where=path,
                hint='each line: {"text": "…", "summaries": ["…"]}; a summary may be a list of sentence numbers',
            ) from error
        if not references or not text.strip():
            raise InputError(f"line {number} has no text or no summaries", where=path)
        yield Article(name, f"{title}\n{text}" if title else text, references)


def _reference(summary: Any, text: str) -> str:  # noqa: ANN401 - from JSON; what is not a summary is refused here
    if isinstance(summary, str):
        return summary
    document = parse(text)
    return "\n".join(document.sentence(position) for position in summary)
