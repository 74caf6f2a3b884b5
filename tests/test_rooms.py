"""Pairs of our own, fiction in the style of many fields: each line says which kind is to be found in it, or none.

The columns are a kind, or "any" for all of them; "+" for a warning or failure, "note", or "-" for nothing but notes;
Arabic; English.
"""

from pathlib import Path

import pytest

from diplosum import checks

PAIRS = [line.split("\t") for line in (Path(__file__).parent / "data" / "fidelity.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("kind", "expected", "source", "output"), PAIRS)
def test_each_kind_is_found_where_it_is(kind: str, expected: str, source: str, output: str) -> None:
    found = [one for one in checks.compare(source, output) if kind in {"any", one.kind}]
    grave = [one for one in found if one.severity != "note"]
    assert bool(grave) == (expected == "+"), found
    assert expected != "note" or found
