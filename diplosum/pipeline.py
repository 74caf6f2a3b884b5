"""What is done with a document: steps in, a result out; every source sentence has exactly one output.

``stream`` is a fold: each step reads the document, or the summary that an earlier step made, and adds a stage, in
pieces that come as soon as they are made; ``run`` puts them together.
"""

from collections.abc import Iterable, Iterator, Sequence

from diplosum import arabic
from diplosum.document import Document
from diplosum.models import Models
from diplosum.naming import Names
from diplosum.result import Output, Result, Stage
from diplosum.review import Review
from diplosum.step import Step
from diplosum.summary import summarize
from diplosum.translation import translate
from diplosum.unit import Unit, document_units, summary_units


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
        read: Iterable[Unit] = document_units(plan.document, step.spec.rules, plan.language)
        if step.reads == "summary":
            read = summary_units(summary, step.spec.rules, plan.language)
        if step.task == "summarize":
            stage = summarize(step, read, plan.document, models)
            summary = stage.outputs
            yield stage
        else:
            total = len(summary) if step.reads == "summary" else len(plan.document.sentences)
            yield from translate(step, read, total, Review(step.check, step.glossary, names), models)
    models.forget()


def run(document: Document, steps: Sequence[Step], models: Models) -> Result:
    """Do the steps in order. Raises ModelError and GenerationError."""
    plan = planned(document, steps)
    return plan.made(stream(plan, models))
