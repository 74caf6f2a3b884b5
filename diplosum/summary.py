"""Summarizing: sentences picked as they stand, or written by a model and linked to those that they stand on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from time import perf_counter

from diplosum import batching, engine
from diplosum.answer import Answer, Answerer, Mark, Request
from diplosum.document import Document
from diplosum.engine import Candidate
from diplosum.models import Models
from diplosum.result import Output, Stage
from diplosum.review import Review
from diplosum.step import Step
from diplosum.unit import Unit, body_sentences

_MOST_ROUNDS = 8  # a document of 10,000 sentences takes 3


def summarize(step: Step, read: Iterable[Unit], document: Document, models: Models) -> Stage:
    """Pick sentences, or write them and check what was written. Raises ModelError and GenerationError."""
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
