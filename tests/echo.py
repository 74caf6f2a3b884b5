"""An engine without a model: it answers a text with the same text in angle brackets, and can misbehave."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from diplosum import pipeline
from diplosum.arabic import Rules
from diplosum.catalog import ModelSpec
from diplosum.document import parse
from diplosum.engine import Choice, Decoding, Generation
from diplosum.models import Models
from diplosum.result import Result
from diplosum.step import Length, Step

DECODING = Decoding(beams=4, max_target_tokens=100, length_factor=2.0, length_margin=5)


def spec(**changes: object) -> ModelSpec:
    made = ModelSpec(
        name="echo",
        task="translate",
        kind="seq2seq",
        family="marian",
        source="ar",
        target="en",
        description="",
        repo=None,
        revision="a" * 40,
        path=None,
        licence="Apache-2.0",
        commercial=True,
        licence_note="",
        parameters=None,
        download_bytes=None,
        source_code=None,
        target_code=None,
        prefix="",
        max_source_tokens=12,
        float16=False,
        decoding=DECODING,
        rules=Rules(),
        probes=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the caller names fields of the class


@dataclass
class Echo:
    """Answers each text with its words in capitals and brackets; some words make it misbehave."""

    seen: list[list[str]] = field(default_factory=list)
    opened: list[Path] = field(default_factory=list)
    closed: int = 0
    name = "hf"
    choices = (Choice("device", "cpu", "it is a test"),)

    def open(self, _spec: ModelSpec, folder: Path, **_: object) -> "Echo":
        self.opened.append(folder)
        return self

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 1 for text in texts]

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generation]:
        self.seen.append(list(texts))
        return [self.answer(text, decoding) for text in texts]

    def answer(self, text: str, decoding: Decoding) -> Generation:
        first_try = decoding in {DECODING, replace(DECODING, hypotheses=DECODING.beams)}
        written = f"<{text}>"
        if "دائري" in text and first_try:
            written = "again and again and again and again and"
        if "عنيد" in text:
            written = "again and again and again and again and"
        if "صامت" in text and first_try:
            written = ""
        if "أبكم" in text:
            written = ""
        tokens = len(text.split())
        return Generation(written, -0.5, tokens + 1, tokens, truncated="طويل" in text and first_try)

    def rows(self, _beams: int) -> int:
        return 16

    def close(self) -> None:
        self.closed += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class Told(Echo):
    """Answers with what it was told: hypotheses of a first search, ``again`` of any other, an echo of the rest."""

    answers: dict[str, Sequence[str]] = field(default_factory=dict)
    again: dict[str, Sequence[str]] = field(default_factory=dict)

    def answer(self, text: str, decoding: Decoding) -> Generation:
        told = self.answers if decoding.beams == DECODING.beams and decoding.repetition_penalty == 1 else self.again
        found = [
            Generation(one, -0.1 * number, len(text.split()) + 1, len(one.split()), truncated=False)
            for number, one in enumerate(told.get(text, self.answers.get(text, [f"<{text}>"])), 1)
        ]
        return replace(found[0], others=tuple(found[1 : decoding.hypotheses]))


def translation(**changes: object) -> Step:
    """Unchecked unless asked for: what is in Arabic still is no translation."""
    step = Step("translate", "document", spec(), Path("weights"), "hf", "it is a test", check=False)
    return replace(step, **changes)  # type: ignore[arg-type]  # as above


def summary(sentences: int = 3) -> Step:
    model = spec(task="summarize")
    return Step("summarize", "document", model, Path("summaries"), "hf", "", length=Length(sentences), check=False)


def run(text: str, *steps: Step, engine: Echo | None = None) -> Result:
    with Models(open_engine=(engine or Echo()).open) as models:
        return pipeline.run(parse(text), steps, models)
