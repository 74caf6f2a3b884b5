"""What was made of a document: stages, each of outputs, which stand for sentences of the document."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from diplosum import __version__, arabic
from diplosum.answer import Answer
from diplosum.catalog import Task
from diplosum.document import Document
from diplosum.engine import Choice
from diplosum.finding import Finding
from diplosum.glossary import Use
from diplosum.step import Reads, Step


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
