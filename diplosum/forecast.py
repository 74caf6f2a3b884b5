"""What a step will take, before any weights are loaded: sentences, tokens, batches, memory and time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from time import perf_counter

from diplosum import arabic, batching
from diplosum.answer import BATCH_TOKENS
from diplosum.document import Document
from diplosum.engine import Counter
from diplosum.size import size
from diplosum.step import Step
from diplosum.unit import Unit, body_sentences, document_units

# Tokens per Arabic word where no tokenizer is installed to count them; the public models lie between 1.4 and 2.2.
_TOKENS_A_WORD = 1.8

# Measured on 2 cores with a checkpoint in the shape of opus-mt-ar-en (77 M parameters, float32, 16 rows of 40 tokens):
# torch and transformers take 4 s and 340 MB; generation reaches a third of the speed of a large matrix product and
# takes 6 MB for each row and beam.
_START_SECONDS, _START_BYTES = 4.0, 340_000_000
_EFFICIENCY = 0.35
_BYTES_A_BEAM = 6_000_000
# The same with CTranslate2 in 8 bits: it starts at once, is 2.8 times as fast, and takes a byte a parameter.
_FAST_SECONDS, _FAST_BYTES, _FASTER = 0.4, 110_000_000, 2.8
_ROWS = 16  # of a batch, near what the engines take on few cores
# The embedded summarizer: 0.9 s, 160 MB, and 7 million operations a word.
_EXTRACTIVE_SECONDS, _EXTRACTIVE_BYTES = 0.9, 160_000_000
_EXTRACTIVE_WORD = 7_000_000


@dataclass(frozen=True, slots=True)
class Forecast:
    """Estimates for one step; ``counted`` says whether tokens were counted by the model's own tokenizer.

    ``memory`` is in bytes and ``seconds`` is wall time on this processor: right within a factor of two or so, and None
    where the size of the model is not known. ``cut`` counts sentences that are too long to be read at once.
    """

    step: Step
    sentences: int
    words: int
    tokens: int
    counted: bool
    cut: int
    batches: int
    memory: int | None
    seconds: float | None


def forecast(step: Step, document: Document, counter: Counter | None) -> Forecast:
    """Estimate one step on a document; ``counter`` is None where the model has no tokenizer, or is not installed."""
    read = _read(step, document)
    texts = [unit.copy.text for unit in read]
    words = sum(len(text.split()) for text in texts)
    if step.spec.kind == "extractive":
        needed = _EXTRACTIVE_SECONDS + words * _EXTRACTIVE_WORD / (_EFFICIENCY * _speed())
        return Forecast(step, len(read), words, 0, False, 0, 0, _EXTRACTIVE_BYTES, needed)  # noqa: FBT003 - field order
    segments = batching.pack(texts, counter.count if counter else _guess, step.spec.max_source_tokens)
    tokens = sum(segment.tokens for segment in segments)
    rows = step.batch_size or _ROWS
    written, batches = tokens, len(batching.batches(segments, rows=rows, tokens=BATCH_TOKENS))
    if step.task == "summarize":
        spans = batching.windows(
            [segment.tokens for segment in segments],
            budget=step.spec.max_source_tokens,
            least=step.length.of(body_sentences(document)),
        )
        written, batches = len(spans) * step.decoding.max_target_tokens, -(-len(spans) // rows)
    memory = seconds = None
    if parameters := step.spec.parameters or _parameters(step.folder):
        beams = step.decoding.beams
        fast = step.engine == "ct2"
        start = _FAST_BYTES + parameters if fast else _START_BYTES + 4 * parameters
        memory = start + _BYTES_A_BEAM * min(rows, len(segments)) * beams
        work = 2 * parameters * (tokens + beams * written) / (_FASTER if fast else 1)
        seconds = (_FAST_SECONDS if fast else _START_SECONDS) + work / (_EFFICIENCY * _speed())
    cut = len({segment.position for segment in segments if segment.parts > 1})
    return Forecast(step, len(read), words, tokens, counter is not None, cut, batches, memory, seconds)


def _read(step: Step, document: Document) -> Sequence[Unit]:
    """Say what the step will read. Of a summary only the length is known yet: as many sentences, of middling length."""
    read = list(document_units(document, step.spec.rules, arabic.language(document.text)))
    if step.reads == "document":
        return read
    wanted = min(len(read), step.length.of(body_sentences(document)))
    return sorted(read, key=lambda unit: len(unit.text))[(len(read) - wanted) // 2 :][:wanted]


def _guess(texts: Sequence[str]) -> list[int]:
    return [round(len(text.split()) * _TOKENS_A_WORD) + 1 for text in texts]


def _parameters(folder: Path | None) -> int | None:
    """Parameters of a checkpoint: counted in the header of safetensors, else judged by the size of the file."""
    if folder is None:
        return None
    if headers := [_header(path) for path in folder.glob("*.safetensors")]:
        return sum(prod(tensor["shape"]) for header in headers for tensor in header.values() if "shape" in tensor)
    return sum(path.stat().st_size for path in folder.glob("pytorch_model*.bin")) // 4 or None


def _header(path: Path) -> dict[str, dict[str, list[int]]]:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        return dict(json.loads(file.read(size)))


def _speed() -> float:
    """Measure this processor: floating-point operations a second in a matrix product, the best of three."""
    import numpy as np  # 0.1 s, only for a forecast

    matrix = np.ones((768, 768), dtype=np.float32)
    seconds = []
    for _ in range(3):
        started = perf_counter()
        matrix @ matrix
        seconds.append(perf_counter() - started)
    return float(2 * matrix.shape[0] ** 3 / min(seconds))


def lines(made: Forecast) -> Iterator[str]:
    """Say a forecast to a person."""
    spec = made.step.spec
    here = "" if spec.kind == "extractive" or made.step.folder else f", not installed: {size(spec.download_bytes)}"
    yield f"{made.step.task} with {spec.name} ({spec.licence}{here}), {made.step.reason}"
    yield f"  {made.sentences:,} sentences, {made.words:,} words"
    if spec.kind != "extractive":
        about = "" if made.counted else "about "
        cut = f"{made.cut} sentences too long to be read at once" if made.cut else "no sentence too long"
        rows = made.step.batch_size or _ROWS
        yield f"  {about}{made.tokens:,} tokens, {cut}, batches of at most {rows}: {made.batches:,}"
    if made.memory is None or made.seconds is None:
        yield "  memory and time not known: the size of the model is not"
    else:
        yield f"  about {size(made.memory)} of memory and {_time(made.seconds)} on this processor"


def _time(seconds: float) -> str:
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
