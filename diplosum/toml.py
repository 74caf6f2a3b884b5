"""TOML tables: the line of every key, and everything that is wrong with them at once."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

Keys = tuple[str | int, ...]  # the way to a value: names of tables and keys, positions in arrays


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is wrong, and where."""

    keys: Keys
    message: str

    def __str__(self) -> str:
        return f"{_dotted(self.keys)}: {self.message}"


@dataclass(frozen=True, slots=True)
class Value:
    """What a single value must be: in words, and as a test."""

    words: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of known keys."""

    keys: Mapping[str, "Schema"]
    required: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose keys are names that the author of the file chose."""

    each: "Schema"
    name: Value


@dataclass(frozen=True, slots=True)
class Array:
    """An array of tables."""

    each: "Schema"


Schema = Value | Table | Named | Array


def check(value: object, schema: Schema, keys: Keys = ()) -> tuple[Any, list[Mistake]]:
    """Every mistake in ``value``, and what is left of it without them.

    Unknown keys are left out, single values that do not fit become None, and what should be a table or an array of
    tables becomes an empty one; a caller can go on to look for contradictions in the rest.
    """
    if isinstance(schema, Value):
        return (value, []) if schema.fits(value) else (None, [Mistake(keys, f"{_shown(value)} is not {schema.words}")])
    if isinstance(schema, Array):
        if not isinstance(value, list):
            return [], [Mistake(keys, f"{_shown(value)} is not an array of tables")]
        parts = [check(part, schema.each, (*keys, position)) for position, part in enumerate(value)]
        return [part for part, _ in parts], [mistake for _, found in parts for mistake in found]
    if not isinstance(value, dict):
        return {}, [Mistake(keys, f"{_shown(value)} is not a table")]
    if isinstance(schema, Table):
        known = schema.keys
        mistakes = [Mistake((*keys, key), _unknown(key, value[key], known)) for key in value if key not in known]
        mistakes += [Mistake(keys, f"{key} is missing") for key in schema.required if key not in value]
    else:
        known = {key: schema.each for key in value if schema.name.fits(key)}
        mistakes = [Mistake((*keys, key), f"not {schema.name.words}") for key in value if key not in known]
    rest: dict[str, Any] = {}
    for key in (key for key in value if key in known):
        rest[key], found = check(value[key], known[key], (*keys, key))
        mistakes += found
    return rest, mistakes


def nearest(name: str, names: Iterable[str], *, count: int = 1) -> list[str]:
    """Those of ``names`` that ``name`` was probably meant to be, the likeliest first."""
    return get_close_matches(name.lower(), list(names), n=count, cutoff=0.5)


def meant(name: str, names: Iterable[str]) -> str:
    """``; did you mean X?``, or nothing when no name is near."""
    return "".join(f"; did you mean {near}?" for near in nearest(name, names))


def lines(text: str) -> dict[Keys, int]:
    """Line, counted from 1, of each key of a sound TOML text; what an array holds stands on its key's line.

    tomllib keeps no positions. So each statement is parsed once more by itself: it is the fewest lines that are TOML.
    """
    rows = text.replace("\r\n", "\n").split("\n")
    found: dict[Keys, int] = {}
    last: dict[Keys, int] = {}  # position of the newest table in each array of tables
    here: Keys = ()
    start = 0
    while start < len(rows):
        statement, end = next(
            (parsed, end)
            for end in range(start + 1, len(rows) + 1)
            if (parsed := _parsed("\n".join(rows[start:end]))) is not None
        )
        number, ways = start + 1, list(_walk(statement))
        start = end
        if not rows[number - 1].lstrip(" \t").startswith("["):
            found.update({here + way: number for way in ways})
            continue
        *outer, name = (key for key in ways[-1] if isinstance(key, str))
        here = ()
        for key in outer:
            here += (key,)
            found.setdefault(here, number)
            here += (last[here],) if here in last else ()
        here += (name,)
        if isinstance(ways[-1][-1], int):  # [[header]]: one more table in its array
            found.setdefault(here, number)
            last[here] = last.get(here, -1) + 1
            here += (last[here],)
        found[here] = number
    return found


def located(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """Line of a syntax error, and what is wrong there."""
    message, _, position = str(error).rpartition(" (at ")
    number = re.match(r"line (\d+)", position)
    return int(number[1]) if number else text.rstrip("\n").count("\n") + 1, message


def _dotted(keys: Keys) -> str:
    """``keys`` as TOML writes them: ``models."nllb-1.3b".probes[0]``."""
    parts = (
        f"[{key}]" if isinstance(key, int) else "." + (key if re.fullmatch(r"[\w-]+", key) else f'"{key}"')
        for key in keys
    )
    return "".join(parts).removeprefix(".")


def _unknown(key: str, value: object, known: Iterable[str]) -> str:
    if isinstance(value, dict):
        return f"unknown table{meant(key, known) or '; a name with a dot in it needs quotation marks'}"
    return f"unknown key{meant(key, known)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 50 else f"{text[:49]}…"  # noqa: PLR2004 - both keep a message on one line


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _walk(value: object) -> Iterator[Keys]:
    """Ways to everything inside ``value``, outer before inner."""
    inside: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for key, part in inside:
        yield (key,)
        yield from ((key, *rest) for rest in _walk(part))
