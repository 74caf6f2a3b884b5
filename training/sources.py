"""Where the pairs come from: sources.toml, and the files that it names."""

import gzip
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from training import files

TABLE = Path(__file__).with_name("sources.toml")


class Pair(NamedTuple):
    """A sentence and its translation."""

    arabic: str
    english: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns of a table of the lexicon that translate each other."""

    table: str
    arabic: str
    english: str


@dataclass(frozen=True, slots=True)
class Source:
    """Texts of one origin under one licence; what the keys mean stands in sources.toml."""

    name: str
    domain: str
    licence: str
    origin: str
    cosine: float
    files: tuple[str, ...] = ()
    lexicon: tuple[Columns, ...] = ()
    held_out: int = 0


def load(path: Path = TABLE) -> list[Source]:
    """Read the table of sources."""
    tables = tomllib.loads(path.read_text("utf-8"))["source"]
    return [
        Source(
            **table
            | {
                "files": tuple(table.get("files", ())),
                "lexicon": tuple(Columns(**columns) for columns in table.get("lexicon", ())),
            }
        )
        for table in tables
    ]


def paths(source: Source, data: Path) -> list[Path]:
    """Files of ``source`` that are there."""
    named = [data / "corpus" / f"{name}.tsv.gz" for name in source.files]
    named += [_lexicon(data, columns.table) for columns in source.lexicon]
    return [path for path in dict.fromkeys(named) if path.is_file()]


def read(source: Source, data: Path) -> Iterator[Pair]:
    """Pairs as they stand in the files; a file that is not there has none."""
    for path in paths(source, data):
        if path.parent.name == "corpus":
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    arabic, tab, english = line.rstrip("\n").partition("\t")
                    if tab:
                        yield Pair(arabic, english)
    for columns in source.lexicon:
        for row in lexicon(data, columns.table):
            yield Pair(row[columns.arabic], row[columns.english])


def lexicon(data: Path, table: str) -> list[dict[str, str]]:
    """Rows of a table of the lexicon; none where it is not there."""
    path = _lexicon(data, table)
    if not path.is_file():
        return []
    header, *lines = path.read_text("utf-8").splitlines()
    names = header.removeprefix("#").split("\t")
    return [dict(zip(names, line.split("\t"), strict=False)) for line in lines if line]


def pairs_of(path: Path) -> list[Pair]:
    """Read Arabic TAB English, a pair a line."""
    return [Pair(*line.split("\t")[:2]) for line in path.read_text("utf-8").split("\n") if "\t" in line]


def write(path: Path, pairs: Iterable[Pair]) -> None:
    """Write Arabic TAB English, a pair a line."""
    files.write_text(path, "".join(f"{arabic}\t{english}\n" for arabic, english in pairs))


def evaluation(data: Path) -> dict[str, list[Pair]]:
    """Read the sets to choose between runs by, and never to learn from, by name."""
    return {path.stem: pairs_of(path) for path in sorted((data / "eval").glob("*.tsv"))}


def _lexicon(data: Path, table: str) -> Path:
    return data / "lexicon" / "lexicon" / f"{table}.tsv"


def table(sources: Sequence[Source], kept: dict[str, int]) -> str:
    """List sources, pairs kept and licences, as a Markdown table."""
    rows = [f"| {s.name} | {kept.get(s.name, 0):,} | {s.licence} | {s.origin} |" for s in sources]
    return "\n".join(["| Source | Pairs | Licence | Origin |", "|---|---:|---|---|", *rows])
