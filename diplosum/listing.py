"""The models of a catalog as a table: what each is for, how big, under which licence, and whether it is here."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from diplosum import store
from diplosum.catalog import Catalog, ModelSpec
from diplosum.size import size


@dataclass(frozen=True, slots=True)
class Row:
    """One model. ``default`` is its place in the preference list of its task, 1 for the first, None if it is in none.

    ``runs`` says that it is what its task uses now: the first installed of that list.
    """

    name: str
    task: str
    direction: str
    size: str
    licence: str
    commercial: str
    installed: str
    default: int | None
    runs: bool


HEADINGS = ("Name", "Task", "Direction", "Size", "Licence", "Commercial use", "Installed", "Default")


def rows(catalog: Catalog) -> list[Row]:
    """List every model, those of the preference lists first. Looks at the disk."""
    places: dict[str, int] = {}
    running: set[str] = set()
    for names in catalog.defaults.values():
        places |= {name: number for number, name in enumerate(names, 1)}
        running |= set([name for name in names if store.locate(catalog.models[name])][:1])
    order = [*places, *(name for name in catalog.models if name not in places)]
    return [_row(catalog.models[name], places.get(name), runs=name in running) for name in order]


def _row(spec: ModelSpec, default: int | None, *, runs: bool) -> Row:
    location = store.locate(spec)
    return Row(
        name=spec.name,
        task=spec.task,
        direction=spec.source if spec.source == spec.target else f"{spec.source} → {spec.target}",
        size=size(spec.download_bytes),
        licence=spec.licence,
        commercial={True: "yes", False: "no", None: "not known"}[spec.commercial],
        installed=location.found if location else "not in this build" if spec.asset else "no",
        default=default,
        runs=runs,
    )


def _cells(row: Row) -> tuple[str, ...]:
    default = f"{row.default or '-'}{' (runs)' if row.runs else ''}"
    return row.name, row.task, row.direction, row.size, row.licence, row.commercial, row.installed, default


def text(table: Iterable[Row]) -> str:
    """Render as aligned columns."""
    lines = [HEADINGS, *map(_cells, table)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(f"{'  '.join(map(str.ljust, line, widths)).rstrip()}\n" for line in lines)


def markdown(table: Iterable[Row]) -> str:
    """Render as a Markdown table."""
    lines: Sequence[Sequence[str]] = [HEADINGS, ["---"] * len(HEADINGS), *map(_cells, table)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_json(table: Iterable[Row]) -> str:
    """Render as a JSON document."""
    return json.dumps({"schema": 1, "models": [asdict(row) for row in table]}, ensure_ascii=False, indent=2) + "\n"


WRITERS: Mapping[str, Callable[[Sequence[Row]], str]] = {"text": text, "markdown": markdown, "json": as_json}
