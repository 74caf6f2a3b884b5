"""Is a model the one that it should be, and does it answer: fixed sentences, and words that must be in the answers."""

import re
from collections.abc import Iterator
from pathlib import Path

from diplosum import arabic, engine, weights
from diplosum.catalog import ModelSpec, Probe
from diplosum.engine import EngineName, Say
from diplosum.errors import DiplosumError
from diplosum.fidelity.loops import find_loop

PASSED = "passed"
_TOLERANCE = 0.2  # of the number of parameters: embeddings that are stored twice are more than that
_SHOWN = 120  # characters of a text in a message
_UNKNOWN = re.compile(r"⁇|<unk>")


def probe(spec: ModelSpec, folder: Path, name: EngineName, say: Say) -> str:
    """Open the model with an engine and let it answer; :data:`PASSED`, or in words what is wrong."""
    if fault := _size(spec, folder):
        return fault
    texts = [arabic.for_model(one.source, spec.rules, arabic=True).text for one in spec.probes]
    try:
        with engine.open_engine(spec, folder, name=name, device="cpu", say=say) as model:
            answers = [one.text for one in model.generate(texts, spec.decoding)] if texts else []
    except DiplosumError as error:  # tokens that are not in the vocabulary, weights that are missing
        return error.message
    for asked, answer in zip(spec.probes, answers, strict=True):
        say(f"{spec.name}: «{asked.source}»: {answer}")
        for fault in _faults(spec, asked, answer):
            return f"{fault}: «{_short(asked.source)}» became «{_short(answer)}»"
    return PASSED


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _size(spec: ModelSpec, folder: Path) -> str | None:
    found = weights.parameters(folder)
    if not spec.parameters or not found or abs(found / spec.parameters - 1) <= _TOLERANCE:
        return None
    why = ": embeddings that should be one are stored apart" if found > spec.parameters else ""
    return f"it has {_millions(found)} parameters instead of {_millions(spec.parameters)}{why}"


def _millions(count: int) -> str:
    return f"{count / 1e6:,.0f} million" if count >= 1e7 else f"{count:,}"  # noqa: PLR2004 - ten million


def _faults(spec: ModelSpec, asked: Probe, answer: str) -> Iterator[str]:
    if not answer.strip():
        yield "it answers nothing"
    if _UNKNOWN.search(answer):
        yield "it answers with characters that it does not know"
    if spec.target != spec.source and arabic.has_letters(answer):
        yield "it leaves Arabic letters in its English"
    if loop := find_loop(asked.source, answer):
        yield f"it says «{loop.phrase}» {loop.times} times"
    if missing := [word for word in asked.expect if word.casefold() not in answer.casefold()]:
        yield f"{' and '.join(f'«{word}»' for word in missing)} must be in the answer"
