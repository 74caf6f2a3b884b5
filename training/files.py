"""Files that are whole or not there: what is written goes beside the place first and is renamed into it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def write(path: Path, save: Callable[[Path], Any]) -> None:
    """Let ``save`` write a file beside ``path``, then rename it to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.partial")
    save(beside)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8."""
    write(path, lambda beside: beside.write_text(text, "utf-8"))


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Write ``value`` as JSON."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1))


def read_json(path: Path) -> Any:  # noqa: ANN401 - as above
    """Read what :func:`write_json` wrote; None where there is nothing."""
    return json.loads(path.read_text("utf-8")) if path.is_file() else None
