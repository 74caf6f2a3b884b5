"""Run a program whose answers have a fixed length: 1.2 tokens for each that it read.

    python forced.py diplosum translate article.txt ...
    python forced.py argostranslate ...

Random weights never end a sentence. CTranslate2 has one length for all rows of a batch, and in real life lets a row go
that has ended: so each batch, made as CTranslate2 would have made it, writes as many tokens a row as its rows should on
average. Every program then writes 1.2 tokens for each that it read, however it makes its batches; ``FORCED_COUNT``
names a file into which the number is written. Nothing else of the program is changed, but that diplosum takes
noise for a good answer: it would ask again for every sentence. Imports nothing of diplosum unless that is the program:
argos-translate has packages of its own.
"""

import math
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ctranslate2

FACTOR = float(os.environ.get("FORCED_FACTOR", "1.2"))


class Forced(ctranslate2.Translator):  # type: ignore[misc] # ctranslate2 publishes no types
    """A translator that writes a fixed number of tokens; ``written`` counts them, of all of its kind."""

    written = 0

    def translate_batch(self, source: list[list[str]], **options: Any) -> list[SimpleNamespace]:  # noqa: ANN401 - handed on
        """Translate in the batches that CTranslate2 would make, side by side as it would."""
        waited_for = not options.pop("asynchronous", False)
        batches = list(_batches(source, options.pop("batch_type", "examples"), options.pop("max_batch_size", 0)))
        made: dict[int, SimpleNamespace] = {}
        for batch in batches:
            rows = [source[n] for n in batch]
            length = steps(rows)
            Forced.written += length * len(rows)
            fixed = {"max_decoding_length": length, "min_decoding_length": length, "asynchronous": True}
            for n, answer in zip(batch, super().translate_batch(rows, **options | fixed), strict=True):
                made[n] = SimpleNamespace(result=partial(_ended, answer))
        return [made[n].result() if waited_for else made[n] for n in range(len(source))]


def _ended(answer: Any) -> SimpleNamespace:  # noqa: ANN401 - ctranslate2 publishes no types
    result = answer.result()
    return SimpleNamespace(hypotheses=[[*said, "</s>"] for said in result.hypotheses], scores=result.scores)


def steps(rows: Sequence[Sequence[str]]) -> int:
    """Tokens that each row of a batch writes."""
    return max(1, math.ceil(FACTOR * sum(map(len, rows)) / len(rows)))


def _batches(source: list[list[str]], kind: str, size: int) -> list[list[int]]:
    batches: list[list[int]] = []
    for n in sorted(range(len(source)), key=lambda n: -len(source[n])):
        cost = 1 if kind == "examples" or not batches else len(source[batches[-1][0]])
        if batches and (not size or (len(batches[-1]) + 1) * cost <= size):
            batches[-1].append(n)
        else:
            batches.append([n])
    return batches


def force() -> None:
    """Make it so, for whoever loads a model from now on."""
    ctranslate2.Translator = Forced


def split() -> None:
    """Have argos-translate split sentences at full stops: its own splitter is a download, and slower than this."""
    from argostranslate import sbd

    sbd.MiniSBDSentencizer.split_sentences = lambda _, text: [part for part in re.split(r"(?<=[.!?؟]) ", text) if part]


def trust() -> None:
    """Have diplosum take every answer for a good one."""
    from diplosum.retry import Try

    Try.trouble = property(lambda _: None)  # type: ignore[assignment,method-assign] # nothing that users could set does this


if __name__ == "__main__":
    force()
    if sys.argv[1] == "diplosum":
        trust()
    else:
        split()
    sys.argv = sys.argv[1:]
    program = import_module("diplosum.cli" if sys.argv[0] == "diplosum" else "argostranslate.cli")
    try:
        program.main()
    finally:
        if file := os.environ.get("FORCED_COUNT"):
            Path(file).write_text(f"{Forced.written}\n", "utf-8")
