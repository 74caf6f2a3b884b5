"""The models that are open while documents are worked on."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from diplosum import engine
from diplosum.answer import Answerer, Progress, Second
from diplosum.catalog import ModelSpec
from diplosum.engine import EngineName, OpenEngine, Say
from diplosum.step import Step


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
