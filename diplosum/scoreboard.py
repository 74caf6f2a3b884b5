"""Scores as a table for a terminal, or as JSON."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from diplosum import __version__
from diplosum.render import safe
from diplosum.scoring import Score, Scored

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
_CHANCE = 0.05  # from which a difference is put down to chance


@dataclass(frozen=True, slots=True)
class Row:
    """One system. ``plain`` are figures without an interval: words per second, findings."""

    scored: Scored
    plain: Mapping[str, float | None]
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """Scores that others published for the same set."""

    name: str
    source: str
    systems: tuple[tuple[str, float, float], ...]  # name, BLEU, COMET


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """All systems on one set; the first is what the others are compared with."""

    task: str
    digest: str
    size: int  # lines or articles that were scored
    rows: Sequence[Row]
    published: Published | None = None


def published(digest: str) -> Published | None:
    """Find what was published for the set whose references have this digest."""
    table = tomllib.loads((files("diplosum") / "published.toml").read_text("utf-8"))
    for known in table["set"]:
        if known["references"] == digest:
            systems = tuple((one["name"], one["bleu"], one["comet"]) for one in known["systems"])
            return Published(known["name"], known["source"], systems)
    return None


def as_json(board: Scoreboard) -> str:
    """Render as a JSON document; ``p`` is null for the first system."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "version": __version__,
        "task": board.task,
        "set": {"digest": board.digest, "size": board.size},
        "systems": [
            {
                "name": safe(row.scored.system),
                "scores": {name: _rounded(score) for name, score in row.scored.scores.items()},
                "counts": {
                    name: value if value is None else round(value, 2)
                    for name, value in (*row.scored.counts.items(), *row.plain.items())
                },
                "signature": row.signature,
            }
            for row in board.rows
        ],
        "signatures": dict(board.rows[0].scored.signatures),
        "published": asdict(board.published) if board.published else None,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rounded(score: Score) -> dict[str, float | None]:
    return {key: value if value is None else round(value, 4) for key, value in asdict(score).items()}


def show(board: Scoreboard, console: "Console") -> None:
    """Print a table: each figure with its 95 % interval, * where the first system's differs by more than chance."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("System", overflow="fold")
    first = board.rows[0]
    comet = ["COMET"] if board.published else []
    for heading in (*first.scored.scores, *first.scored.counts, *first.plain, *comet):
        table.add_column(heading, justify="right")
    for row in board.rows:
        cells = [_cell(score) for score in row.scored.scores.values()]
        others = (*row.scored.counts.values(), *row.plain.values())
        cells += ["-" if value is None else f"{value:,.1f}" for value in others]
        table.add_row(safe(row.scored.system), *cells, *("-" for _ in comet))
    if board.published:
        blank = ["-"] * (len(first.scored.scores) - 1 + len(first.plain))
        for name, bleu, score in board.published.systems:
            table.add_row(f"{name} (published)", f"{bleu:.1f}", *blank, f"{score:.4f}", style="dim")
    console.print(table, highlight=False, markup=False)
    console.print()
    notes = [f"{board.size} {'lines' if board.task == 'translate' else 'articles'}, set {board.digest[:12]}"]
    notes.append("in brackets 95 % intervals; * differs from the first system by more than chance (p < 0.05)")
    if board.published:
        notes.append(f"published: {board.published.name}, {board.published.source}")
    notes += [f"{name}: {signature}" for name, signature in first.scored.signatures.items()]
    notes += [row.signature for row in board.rows if row.signature]
    for note in notes:
        console.print(note, style="dim", highlight=False, markup=False, soft_wrap=True)


def _cell(score: Score) -> str:
    star = "*" if score.p is not None and score.p < _CHANCE else ""
    return f"{score.value:.1f}{star} [{score.low:.1f}-{score.high:.1f}]"
