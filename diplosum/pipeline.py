"""What is done with a document: steps in, a result out; every source sentence has exactly one output.

``stream`` is a fold: each step reads the document, or the summary that an earlier step made, and adds a stage, in
pieces that come as soon as they are made; ``run`` puts them together.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Literal, Self

from diplosum import __version__, arabic, batching, engine
from diplosum.answer import CHUNK, FIRST_CHUNK, Answer, Answerer, Judged, Mark, Progress, Request, Second
from diplosum.catalog import ModelSpec, Task
from diplosum.document import Document, render_marker
from diplosum.engine import Candidate, Choice, Decoding, EngineName, OpenEngine, Say
from diplosum.finding import Finding
from diplosum.glossary import Glossary, Use
from diplosum.naming import Names
from diplosum.review import Review, moved

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
    """One thing to do, with which model and how. ``folder`` and ``engine`` are None for the embedded summarizer.

    ``check``: whether what is made is compared with its source; ``fallback``: who translates what fails.
    """

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
    check: bool = True
    glossary: Glossary | None = None
    fallback: "Step | None" = None

    @property
    def decoding(self) -> Decoding:
        """The model's own decoding, with the user's beams where given; for checks, all that a search finds."""
        beams = self.beams or self.spec.decoding.beams
        return replace(self.spec.decoding, beams=beams, hypotheses=beams if self.check else 1)


@dataclass(frozen=True, slots=True)
class Output:
    """One sentence of a result, and the positions of the document's sentences that it stands for.

    The spans of ``findings`` are of what was read, and of the answer's text. What was read is the sentence that was
    translated, of the document or of its summary; for a summary, these sentences, joined by spaces. The spans of
    ``terms``, which a glossary has, are of the same two texts.
    """

    answer: Answer
    sources: tuple[int, ...]
    paragraph: int
    findings: tuple[Finding, ...] = ()
    terms: tuple[Use, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it is wrong beyond doubt, and still stands."""
        broken = any(mark.kind == "truncated" for mark in self.answer.marks)
        return broken or any(finding.severity == "fail" for finding in self.findings)


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
        if step.engine is not None:
            made["checks"] = "on" if step.check else "off"
        if step.glossary is not None:
            made["glossary"] = step.glossary.digest
        if step.fallback is not None:
            made["fallback"] = "@".join(filter(None, (step.fallback.spec.name, step.fallback.spec.revision)))
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

    @property
    def failed(self) -> int:
        """How many outputs are wrong beyond doubt."""
        return sum(output.failed for stage in self.stages for output in stage.outputs)

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
    """The one open engine, kept while consecutive steps, of one document or of several, use the same model.

    A fallback is open beside it from when it is first needed: a chunk may need both.
    """

    open_engine: OpenEngine = engine.open_engine
    progress: Progress = lambda _done, _total, _words: None
    say: Say = lambda _line: None
    stack: ExitStack = field(default_factory=ExitStack)
    opened: tuple[ModelSpec, Path, EngineName, str] | None = None
    answerer: Answerer | None = None
    beside: "Models | None" = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()
        if self.beside is not None:
            self.beside.stack.close()

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

    def second(self, step: Step) -> Second:
        """Open the fallback of a step, beside its model."""
        if self.beside is None:
            self.beside = Models(self.open_engine, say=self.say)
        return Second(step.spec.name, self.beside.open(step), step.decoding)

    def forget(self) -> None:
        """Drop the answers given so far; the models stay open."""
        if self.beside is not None:
            self.beside.forget()
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
    names = Names()
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
            yield from _translate(step, read, total, Review(step.check, step.glossary, names), models)
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


def _translate(step: Step, read: Iterable[Unit], total: int, review: Review, models: Models) -> Iterator[Stage]:
    answerer = models.open(step)
    after = 0
    for chunk in batching.chunks(read, first=min(FIRST_CHUNK, answerer.rows), most=CHUNK):
        started = perf_counter()
        request = _request(step, chunk, review, models, after, total)
        outputs = _translations(chunk, answerer.answer(request), review)
        yield Stage(step, tuple(outputs), answerer.model.choices, 1, perf_counter() - started)
        after += len(chunk)


def _request(step: Step, chunk: Sequence[Unit], review: Review, models: Models, after: int, of: int) -> Request:  # noqa: PLR0913, PLR0917 - what a request is made of
    """Ask for the translation of those sentences that need one; they stand behind ``after`` others."""
    asked = [unit for unit in chunk if arabic.has_letters(unit.copy.text)]
    return Request(
        [unit.copy.text for unit in asked],
        [unit.text for unit in asked],
        step.decoding,
        review.translations,
        partial(models.second, step.fallback) if step.fallback else None,
        after,
        of,
    )


def _translations(chunk: Sequence[Unit], answers: Iterable[Judged], review: Review) -> list[Output]:
    """Give each sentence its output."""
    rest = iter(answers)
    return [_output(unit, rest, review) for unit in chunk]


def _output(unit: Unit, answers: Iterator[Judged], review: Review) -> Output:
    """Take the next answer, where there was something to answer; list markers stand before both texts again."""
    if not unit.text:
        mark = Mark("empty", "the summary has nothing here to translate")
        return Output(Answer("", None, (mark,)), unit.sources, unit.paragraph)
    if not arabic.has_letters(unit.copy.text):
        mark = Mark("kept", "no Arabic letters: kept as it is")
        return Output(Answer(unit.marker + unit.text, None, (mark,)), unit.sources, unit.paragraph)
    judged = review.unified(unit.text, next(answers))
    marker = render_marker(unit.marker)
    source, text = unit.marker + unit.text, marker + judged.answer.text if judged.answer.text else ""
    return Output(
        replace(judged.answer, text=text),
        unit.sources,
        unit.paragraph,
        tuple(moved(finding, len(unit.marker), len(marker)) for finding in judged.findings),
        review.terms(source, text),
    )


def _summarize(step: Step, read: Iterable[Unit], document: Document, models: Models) -> Stage:
    started = perf_counter()
    wanted = step.length.of(body_sentences(document))
    if step.spec.kind == "extractive":
        return Stage(step, tuple(_pick(list(read), document, wanted)), (), 1, perf_counter() - started)
    answerer = models.open(step)
    units = list(read)
    outputs, rounds = _condense(step, units, wanted, answerer)
    if step.check:
        outputs = _supported(step, outputs, units, document)
    return Stage(step, tuple(outputs), answerer.model.choices, rounds, perf_counter() - started)


def _pick(read: Sequence[Unit], document: Document, wanted: int) -> list[Output]:
    """Take sentences as the user wrote them."""
    candidates = [
        Candidate(unit.copy.text, unit.paragraph, document.kind(unit.sources[0]) == "heading") for unit in read
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
    judge = Review(step.check).writing
    texts = [(unit.copy.text, unit.sources, unit.paragraph) for unit in read]
    outputs: list[Output] = []
    rounds, before = 0, 0
    while rounds < _MOST_ROUNDS:
        segments = batching.pack([text for text, _, _ in texts], answerer.model.count, budget)
        size = sum(segment.tokens for segment in segments)
        if rounds and (len(outputs) <= wanted or size >= before):
            break
        spans = batching.windows([segment.tokens for segment in segments], budget=budget, least=wanted)
        asked = [" ".join(segments[i].text for i in span) for span in spans]
        outputs = []
        for judged, span in zip(
            answerer.answer(Request(asked, asked, step.decoding, judge, halves=False)), spans, strict=True
        ):
            parts = [texts[position] for position in sorted({segments[i].position for i in span})]
            sources = sorted({source for _, positions, _ in parts for source in positions})
            outputs.append(Output(judged.answer, tuple(sources), parts[0][2], judged.findings))
        texts = [(output.answer.text, output.sources, output.paragraph) for output in outputs]
        rounds, before = rounds + 1, size
    return outputs, rounds


def _supported(step: Step, outputs: Sequence[Output], read: Sequence[Unit], document: Document) -> list[Output]:
    """Link what was written to the sentences that it stands on; what fails gives way to one of them, if in Arabic."""
    from diplosum.support import support  # 0.1 s for numpy, and the encoder: only a written summary needs them

    checked: list[Output] = []
    for output in outputs:
        made = output
        if output.answer.text:
            found = support(output.answer.text, [read[position].copy.text for position in output.sources])
            sources = tuple(output.sources[position] for position in found.positions)
            findings = (*output.findings, *found.findings)
            made = replace(output, sources=sources, paragraph=read[sources[0]].paragraph, findings=findings)
        if step.spec.target == "ar" and (made.failed or made.answer.missing):
            taken = {
                position
                for one in checked
                for position in one.sources
                if any(mark.kind == "extracted" for mark in one.answer.marks)
            }
            left = [read[position] for position in output.sources if position not in taken]
            made = _extracted(made, left, document)
        checked.append(made)
    return checked


def _extracted(failed: Output, read: Sequence[Unit], document: Document) -> Output:
    """Put the sentence that says most in the place of one that was written, if there is one; say so."""
    picked = _pick(read, document, 1)
    if not picked:
        return failed
    why = next((finding.message for finding in failed.findings if finding.severity == "fail"), "")
    why = why or failed.answer.marks[-1].message
    mark = Mark("extracted", f"{why}; this is a sentence of the text instead")
    return replace(picked[0], answer=replace(picked[0].answer, marks=(mark,)))
