"""What is done with a document: steps in, a result out; every source sentence has exactly one output.

``stream`` is a fold: each step reads the document, or the summary that an earlier step made, and adds a stage, in
pieces that come as soon as they are made; ``run`` puts them together.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Literal, Self

from diplosum import __version__, arabic, batching, engine
from diplosum.answer import CHUNK, FIRST_CHUNK, Answer, Answerer, Mark, Progress
from diplosum.catalog import ModelSpec, Task
from diplosum.document import Document, render_marker
from diplosum.engine import Candidate, Choice, Decoding, EngineName, OpenEngine, Say
from diplosum.finding import Finding

Reads = Literal["document", "summary"]

_MOST_ROUNDS = 8  # a document of 10,000 sentences takes 3


@dataclass(frozen=True, slots=True)
class Length:
    """How long a summary is: a number of sentences, or a share of the document's."""

    sentences: int = 3
    ratio: float | None = None

    def of(self, total: int) -> int:
        """Sentences for a document of ``total``."""
        return self.sentences if self.ratio is None else max(1, round(self.ratio * total))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with which model and how. ``folder`` and ``engine`` are None for the embedded summarizer."""

    task: Task
    reads: Reads
    spec: ModelSpec
    folder: Path | None
    engine: EngineName | None
    reason: str
    engine_reason: str = ""
    device: str = "auto"
    beams: int | None = None
    batch_size: int | None = None
    length: Length = field(default_factory=Length)

    @property
    def decoding(self) -> Decoding:
        """The model's own decoding, with the user's beams where given."""
        return self.spec.decoding if self.beams is None else replace(self.spec.decoding, beams=self.beams)


@dataclass(frozen=True, slots=True)
class Output:
    """One sentence of a result, and the positions of the document's sentences that it stands for.

    The spans of ``findings`` are of these sentences, joined by spaces, and of the answer's text.
    """

    answer: Answer
    sources: tuple[int, ...]
    paragraph: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """What one step made, or a piece of it; the outputs of a piece follow those of the piece before.

    ``rounds`` counts how often a summary was summarized; ``seconds`` is wall time.
    """

    step: Step
    outputs: tuple[Output, ...]
    choices: tuple[Choice, ...]
    rounds: int
    seconds: float

    @property
    def settings(self) -> dict[str, str]:
        """What ran the model, and what was decided for the user."""
        return {"engine": self.step.engine or self.step.spec.kind} | {
            choice.what: choice.value for choice in self.choices
        }

    @property
    def noted(self) -> "Stage":
        """The same with only those outputs that there is something to say about."""
        return replace(self, outputs=tuple(filter(_notable, self.outputs)))

    @property
    def signature(self) -> str:
        """Model, revision, engine and settings in one word: enough to make the same output again."""
        step, made = self.step, {"task": self.step.task, "reads": self.step.reads, "model": self.step.spec.name}
        if step.spec.revision:
            made["revision"] = step.spec.revision
        made["licence"] = step.spec.licence
        made |= self.settings
        if step.engine is not None:
            made["beams"] = str(step.decoding.beams)
        if step.task == "summarize":
            length = step.length
            made |= {"sentences": str(length.sentences)} if length.ratio is None else {"ratio": f"{length.ratio:g}"}
            made |= {"rounds": str(self.rounds)} if step.engine is not None else {}
        return "|".join(f"{key}:{value}" for key, value in (made | {"version": __version__}).items())


@dataclass(frozen=True, slots=True)
class Result:
    """A document and everything that was made of it, in the order in which it was made."""

    document: Document
    language: arabic.Language
    stages: tuple[Stage, ...]

    @property
    def signature(self) -> str:
        """The signatures of all stages."""
        return " + ".join(stage.signature for stage in self.stages)

    @property
    def missing(self) -> int:
        """How many outputs are missing, wholly or in part."""
        return sum(output.answer.missing for stage in self.stages for output in stage.outputs)

    def made(self, pieces: Iterable[Stage]) -> "Result":
        """Put what :func:`stream` yields in the place of the stages."""
        return replace(self, stages=tuple(map(_joined, groupby(pieces, key=lambda piece: piece.step))))

    def stage(self, task: Task, reads: Reads) -> Stage | None:
        """Find a stage by what it did and what it read."""
        return next((stage for stage in self.stages if (stage.step.task, stage.step.reads) == (task, reads)), None)


@dataclass(frozen=True, slots=True)
class Unit:
    """Something to read: a text without its list marker, the model's copy of it, and where it comes from."""

    text: str
    copy: arabic.Copy
    marker: str
    sources: tuple[int, ...]
    paragraph: int


@dataclass(slots=True)
class Models:
    """The one open engine, kept while consecutive steps, of one document or of several, use the same model."""

    open_engine: OpenEngine = engine.open_engine
    progress: Progress = lambda _done, _total, _words: None
    say: Say = lambda _line: None
    stack: ExitStack = field(default_factory=ExitStack)
    opened: tuple[ModelSpec, Path, EngineName, str] | None = None
    answerer: Answerer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def open(self, step: Step) -> Answerer:
        """Open the model of a step, and close the one before if it is another."""
        if step.folder is None or step.engine is None:
            raise ValueError(f"{step.spec.name} has no checkpoint to open")
        wanted = (step.spec, step.folder, step.engine, step.device)
        if self.answerer is None or self.opened != wanted:
            self.answerer = None
            self.stack.close()
            model = self.stack.enter_context(
                self.open_engine(step.spec, step.folder, name=step.engine, device=step.device, say=self.say)
            )
            for choice in model.choices:
                self.say(f"{step.spec.name}: {choice}")
            rows = step.batch_size or model.rows(step.decoding.beams)
            self.answerer = Answerer(model, step.spec.max_source_tokens, rows, self.progress)
            self.opened = wanted
        return self.answerer

    def forget(self) -> None:
        """Drop the answers given so far; the model stays open."""
        if self.answerer is not None:
            self.answerer.known.clear()


def planned(document: Document, steps: Sequence[Step]) -> Result:
    """Say what will be made of a document: a result whose stages have no outputs yet."""
    return Result(document, arabic.language(document.text), tuple(Stage(step, (), (), 1, 0.0) for step in steps))


def stream(plan: Result, models: Models) -> Iterator[Stage]:
    """Do the steps in order; yield each stage in one or more pieces as they are made, in the order of the document.

    Nothing is kept of a piece once the next is asked for. Raises ModelError and GenerationError.
    """
    summary: Sequence[Output] = ()
    for step in [stage.step for stage in plan.stages]:
        read: Iterable[Unit] = units(plan.document, step.spec.rules, plan.language)
        if step.reads == "summary":
            read = _summary_units(summary, step.spec.rules, plan.language)
        if step.task == "summarize":
            stage = _summarize(step, read, plan.document, models)
            summary = stage.outputs
            yield stage
        else:
            total = len(summary) if step.reads == "summary" else len(plan.document.sentences)
            yield from _translate(step, read, total, models)
    models.forget()


def run(document: Document, steps: Sequence[Step], models: Models) -> Result:
    """Do the steps in order. Raises ModelError and GenerationError."""
    plan = planned(document, steps)
    return plan.made(stream(plan, models))


def remember(pieces: Iterable[Stage], into: list[Stage]) -> Iterator[Stage]:
    """Hand pieces on, and keep of each what notes, counts and signatures are made of."""
    for piece in pieces:
        into.append(piece.noted)
        yield piece


def _notable(output: Output) -> bool:
    return bool(output.findings) or any(mark.kind != "kept" for mark in output.answer.marks)


def _joined(group: tuple[Step, Iterable[Stage]]) -> Stage:
    pieces = list(group[1])
    outputs = tuple(output for piece in pieces for output in piece.outputs)
    return replace(pieces[-1], outputs=outputs, seconds=sum(piece.seconds for piece in pieces))


def units(document: Document, rules: arabic.Rules, language: arabic.Language) -> Iterator[Unit]:
    """Yield every sentence of a document as something to read."""
    for position, span in enumerate(document.sentences):
        marker = document.marker(position)
        text = document.sentence(position)[len(marker) :]
        copy = arabic.for_model(text, rules, arabic=language.arabic)
        yield Unit(text, copy, marker, (position,), span.paragraph)


def body_sentences(document: Document) -> int:
    """Count the sentences that a share of a document is taken from: headings are not among them."""
    return sum(paragraph.last - paragraph.first for paragraph in document.paragraphs if paragraph.kind != "heading")


def _summary_units(summary: Sequence[Output], rules: arabic.Rules, language: arabic.Language) -> list[Unit]:
    return [
        Unit(
            output.answer.text,
            arabic.for_model(output.answer.text, rules, arabic=language.arabic),
            "",
            output.sources,
            output.paragraph,
        )
        for output in summary
    ]


def _translate(step: Step, read: Iterable[Unit], total: int, models: Models) -> Iterator[Stage]:
    answerer = models.open(step)
    after = 0
    for chunk in batching.chunks(read, first=min(FIRST_CHUNK, answerer.rows), most=CHUNK):
        started = perf_counter()
        outputs = _translations(step, chunk, answerer, after, total)
        yield Stage(step, tuple(outputs), answerer.model.choices, 1, perf_counter() - started)
        after += len(chunk)


def _translations(step: Step, chunk: Sequence[Unit], answerer: Answerer, after: int, of: int) -> list[Output]:
    """Translate sentences that follow each other, those behind ``after`` others: one output each."""
    texts = [unit.copy.text for unit in chunk if arabic.has_letters(unit.copy.text)]
    answers = iter(answerer.answer(texts, step.decoding, after=after, of=of))
    return [Output(_answer(unit, answers), unit.sources, unit.paragraph) for unit in chunk]


def _answer(unit: Unit, answers: Iterator[Answer]) -> Answer:
    """Take the next answer, where there was something to answer."""
    if arabic.has_letters(unit.copy.text):
        answer = next(answers)
        return replace(answer, text=render_marker(unit.marker) + answer.text) if answer.text else answer
    if not unit.text:
        return Answer("", None, (Mark("empty", "the summary has nothing here to translate"),))
    return Answer(unit.marker + unit.text, None, (Mark("kept", "no Arabic letters: kept as it is"),))


def _summarize(step: Step, read: Iterable[Unit], document: Document, models: Models) -> Stage:
    started = perf_counter()
    wanted = step.length.of(body_sentences(document))
    if step.spec.kind == "extractive":
        return Stage(step, tuple(_pick(list(read), document, wanted)), (), 1, perf_counter() - started)
    answerer = models.open(step)
    outputs, rounds = _condense(step, list(read), wanted, answerer)
    return Stage(step, tuple(outputs), answerer.model.choices, rounds, perf_counter() - started)


def _pick(read: Sequence[Unit], document: Document, wanted: int) -> list[Output]:
    """Take sentences as the user wrote them."""
    candidates = [
        Candidate(unit.copy.text, unit.paragraph, document.kind(position) == "heading")
        for position, unit in enumerate(read)
    ]
    return [
        Output(Answer(read[pick.position].text, pick.score), read[pick.position].sources, read[pick.position].paragraph)
        for pick in engine.open_selector().select(candidates, wanted)
    ]


def _condense(step: Step, read: Sequence[Unit], wanted: int, answerer: Answerer) -> tuple[list[Output], int]:
    """Summarize windows that together hold every sentence, then their summaries, until few enough are left.

    There are as many windows as sentences wanted, or more where the model reads no more at once: these models write
    one sentence a window. A round that makes the text no shorter is the last.
    """
    budget = step.spec.max_source_tokens
    texts = [(unit.copy.text, unit.sources, unit.paragraph) for unit in read]
    outputs: list[Output] = []
    rounds, before = 0, 0
    while rounds < _MOST_ROUNDS:
        segments = batching.pack([text for text, _, _ in texts], answerer.model.count, budget)
        size = sum(segment.tokens for segment in segments)
        if rounds and (len(outputs) <= wanted or size >= before):
            break
        spans = batching.windows([segment.tokens for segment in segments], budget=budget, least=wanted)
        answers = answerer.answer([" ".join(segments[i].text for i in span) for span in spans], step.decoding)
        outputs = []
        for answer, span in zip(answers, spans, strict=True):
            parts = [texts[position] for position in sorted({segments[i].position for i in span})]
            sources = sorted({source for _, positions, _ in parts for source in positions})
            outputs.append(Output(answer, tuple(sources), parts[0][2]))
        texts = [(output.answer.text, output.sources, output.paragraph) for output in outputs]
        rounds, before = rounds + 1, size
    return outputs, rounds
