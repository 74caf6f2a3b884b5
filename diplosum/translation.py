"""Translating: every sentence that is read gets one output, in pieces that come as soon as they are made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from time import perf_counter

from diplosum import arabic, batching
from diplosum.answer import CHUNK, FIRST_CHUNK, Answer, Judged, Mark, Request
from diplosum.document import render_marker
from diplosum.models import Models
from diplosum.result import Output, Stage
from diplosum.review import Review, moved
from diplosum.step import Step
from diplosum.unit import Unit


def translate(step: Step, read: Iterable[Unit], total: int, review: Review, models: Models) -> Iterator[Stage]:
    """Translate what is read, ``total`` sentences in all, chunk by chunk. Raises ModelError and GenerationError."""
    answerer = models.open(step)
    second = partial(models.second, step.fallback) if step.fallback else None
    after = 0
    for chunk in batching.chunks(read, first=min(FIRST_CHUNK, answerer.rows), most=CHUNK):
        started = perf_counter()
        asked = [unit for unit in chunk if arabic.has_letters(unit.copy.text)]
        copies, texts = [unit.copy.text for unit in asked], [unit.text for unit in asked]
        request = Request(copies, texts, step.decoding, review.translations, second, after, total)
        answers = iter(answerer.answer(request))
        outputs = tuple(_output(unit, answers, review) for unit in chunk)
        yield Stage(step, outputs, answerer.model.choices, 1, perf_counter() - started)
        after += len(chunk)


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
