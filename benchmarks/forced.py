"""Run a program whose answers have a fixed length: 1.2 tokens for each that it read.

    python forced.py diplosum translate article.txt ...
    python forced.py argostranslate ...

Random weights never end a sentence, so each call of CTranslate2 writes as much as its longest row asks for, and every
row ends there. Nothing else of the program is changed, but that diplosum does not look for loops in noise: it would
ask again for every sentence. Imports nothing of diplosum unless that is the program: argos-translate has packages of
its own.
"""

import math
import os
import re
import runpy
import sys
from types import SimpleNamespace
from typing import Any

import ctranslate2

FACTOR = float(os.environ.get("FORCED_FACTOR", "1.2"))


class Forced(ctranslate2.Translator):  # type: ignore[misc] # ctranslate2 publishes no types
    """A translator that writes a fixed number of tokens."""

    def translate_batch(self, source: list[list[str]], *arguments: object, **options: Any) -> list[SimpleNamespace]:  # noqa: ANN401 - handed on
        """Translate with one length for all; where batches are counted in tokens, for each batch by itself."""
        made: dict[int, SimpleNamespace] = {}
        for batch in _batches(source, options):
            length = math.ceil(FACTOR * max(len(source[n]) for n in batch))
            options |= {"max_decoding_length": length, "min_decoding_length": length}
            results = super().translate_batch([source[n] for n in batch], *arguments, **options)
            for n, result in zip(batch, results, strict=True):
                hypotheses = [[*said, "</s>"] for said in result.hypotheses]
                made[n] = SimpleNamespace(hypotheses=hypotheses, scores=result.scores)
        return [made[n] for n in range(len(source))]


def _batches(source: list[list[str]], options: dict[str, Any]) -> list[list[int]]:
    """As CTranslate2 would make them."""
    if options.get("batch_type") != "tokens":
        return [[*range(len(source))]] if source else []
    batches: list[list[int]] = []
    for n in sorted(range(len(source)), key=lambda n: -len(source[n])):
        if batches and (len(batches[-1]) + 1) * len(source[batches[-1][0]]) <= options["max_batch_size"]:
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
    from diplosum import answer

    answer._trouble = lambda _segment, _generation: None  # noqa: SLF001 - nothing that users could set does this


if __name__ == "__main__":
    force()
    if sys.argv[1] == "diplosum":
        trust()
    else:
        split()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0] if sys.argv[0] == "diplosum" else "argostranslate.cli", run_name="__main__")
