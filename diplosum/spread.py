"""A result as two columns, Arabic beside English: what a page for people shows, in HTML as in Word.

Everything in a :class:`Spread` is text as it will be shown, already harmless to a terminal (:func:`render.safe`); who
draws it escapes it for its own format.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from diplosum import arabic, store
from diplosum.catalog import ModelSpec
from diplosum.document import Kind
from diplosum.finding import Severity, Span
from diplosum.remarks import Remark, remarks
from diplosum.render import Page, safe, shown
from diplosum.result import Output, Result, Stage

Language = Literal["ar", "en", ""]  # "": neither, as in a line of numbers
COLUMNS: dict[Language, str] = {"en": "English", "ar": "Arabic"}
_ARABIC = r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]+"
ARABIC_WORDS = re.compile(rf"{_ARABIC}(?:\s+{_ARABIC})*")
_LATIN = re.compile("[A-Za-z]")
Name = Literal["summary", "translation", "source"]

Highlight = Severity | Literal["term"]  # term: one of a glossary, rendered as it says

LABELS: dict[Severity, str] = {"fail": "Wrong", "warn": "Doubtful", "note": "Note"}  # the gravest first
_ORDER: tuple[Highlight, ...] = (*LABELS, "term")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence, and what points at it: the gravest remark, or else a term of a glossary."""

    text: str
    highlight: Highlight | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence in one language. ``missing`` says that it stands for one that is not there."""

    language: Language
    pieces: tuple[Piece, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence in both languages, or in one of them. ``sources`` are positions of sentences of the document.

    ``terms`` are those of a glossary that were kept, in Arabic and in English.
    """

    english: Side | None
    arabic: Side | None
    sources: tuple[int, ...]
    paragraph: int
    kind: Kind
    remarks: tuple[Remark, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page. The rows of every part but the summary are the sentences of the document, in order."""

    name: Name
    title: str
    rows: tuple[Row, ...]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The columns that it has, English first."""
        columns: list[tuple[Language, bool]] = [
            ("en", any(row.english for row in self.rows)),
            ("ar", any(row.arabic for row in self.rows)),
        ]
        return tuple(language for language, there in columns if there)


@dataclass(frozen=True, slots=True)
class Spread:
    """Everything that a page shows. ``facts`` and each of ``models`` are names and values."""

    title: str
    subtitle: str  # the title in English, where it was translated
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    models: tuple[tuple[tuple[str, str], ...], ...]
    signatures: tuple[str, ...]


def spread(page: Page) -> Spread:
    """Lay a result out."""
    result = page.result
    title, subtitle = _title(page)
    return Spread(
        title=title,
        subtitle=subtitle,
        facts=tuple(_facts(page)),
        parts=tuple(_parts(result)),
        models=tuple(tuple(_model(spec, stages)) for spec, stages in _by_model(result.stages)),
        signatures=tuple(safe(stage.signature) for stage in result.stages),
    )


def ranges(positions: Sequence[int]) -> str:
    """Write positions for a person, who counts from 1: ``1-4, 7``."""
    starts = [here for before, here in pairwise([-2, *positions]) if here != before + 1]
    ends = [here for here, after in pairwise([*positions, -2]) if after != here + 1]
    return ", ".join(
        f"{start + 1}" if start == end else f"{start + 1}-{end + 1}" for start, end in zip(starts, ends, strict=True)
    )


def language(text: str, expected: Language) -> Language:
    """Tell what a text is written in: one letter of the language that is expected is enough."""
    arabic_letters, latin_letters = arabic.has_letters(text), _LATIN.search(text) is not None
    if arabic_letters and latin_letters:
        return expected
    return "ar" if arabic_letters else "en" if latin_letters else ""


def _title(page: Page) -> tuple[str, str]:
    """Take the title that the file names, else the first line where it is a heading, else the name of the file."""
    document = page.result.document
    first = document.paragraphs[0]
    heading = safe(document.text[first.start : first.end]) if first.kind == "heading" else ""
    title = safe(page.source.metadata.title) or heading or safe(page.source.name)
    stage = page.result.stage("translate", "document")
    if stage is None or " ".join(title.split()) != " ".join(heading.split()):
        return title, ""
    answers = stage.outputs[first.first : first.last]
    return title, "" if any(output.answer.missing for output in answers) else " ".join(
        safe(output.answer.text) for output in answers
    )


def _facts(page: Page) -> Iterator[tuple[str, str]]:
    document, metadata = page.result.document, page.source.metadata
    yield "File", safe(page.source.name)
    if metadata.date:
        yield "Date", safe(metadata.date)
    if metadata.origin:
        yield "Source", safe(metadata.origin)
    yield "Length", f"{len(document.sentences):,} sentences, {len(document.text.split()):,} words"


def _parts(result: Result) -> Iterator[Part]:
    document, made = result.document, result.stage("translate", "document")
    picked = next((stage for stage in result.stages if stage.step.task == "summarize"), None)
    if picked is not None:
        yield Part("summary", "Summary", tuple(_summary(picked, result)))
    if made is not None:
        rows = [
            _row(output, _source(output, result), document.kind(position))
            for position, output in enumerate(made.outputs)
        ]
        yield Part("translation", "Translation", tuple(rows))
    else:
        rows = [
            Row(None, _side(document.sentence(i), "ar"), (i,), span.paragraph, document.kind(i))
            for i, span in enumerate(document.sentences)
        ]
        yield Part("source", "Source", tuple(rows))


def _summary(picked: Stage, result: Result) -> Iterator[Row]:
    """Pair the sentences of a summary with their translations, where there are any."""
    translated = result.stage("translate", "summary")
    target: Language = "en" if picked.step.spec.target == "en" else "ar"
    for position, output in enumerate(picked.outputs):
        made = _made(output, target, shown(output, result))
        if translated is not None:
            other = translated.outputs[position]
            spans = [*_output_spans(output), *_source_spans(other)]
            read = made if made.missing else _side(output.answer.text, "ar", spans)
            row = _row(other, read, "body")
            yield replace(row, remarks=_remarks(output) + row.remarks)
        else:
            english, source = (made, None) if target == "en" else (None, made)
            yield Row(english, source, output.sources, output.paragraph, "body", _remarks(output))


def _row(output: Output, source: Side, kind: Kind) -> Row:
    terms = dict.fromkeys((safe(use.term.arabic), safe(use.term.english)) for use in output.terms if use.output)
    return Row(
        _made(output, "en", f"{safe(output.answer.text)} [not translated]".strip()),
        source,
        output.sources,
        output.paragraph,
        kind,
        _remarks(output),
        tuple(terms),
    )


def _made(output: Output, expected: Language, missing: str) -> Side:
    """Show an answer, or what is said where some of it is missing."""
    if output.answer.missing:
        return Side(expected, (Piece(missing),), missing=True)
    return _side(output.answer.text, expected, _output_spans(output))


def _source(output: Output, result: Result) -> Side:
    text = " ".join(result.document.sentence(position) for position in output.sources)
    return _side(text, "ar", _source_spans(output))


_Spans = list[tuple[Highlight, Span]]


def _source_spans(output: Output) -> _Spans:
    """List what points at the sentence that was translated."""
    found: _Spans = [(finding.severity, span) for finding in output.findings for span in finding.source]
    return found + [("term", span) for use in output.terms if use.output for span in use.source]


def _output_spans(output: Output) -> _Spans:
    found: _Spans = [(finding.severity, span) for finding in output.findings for span in finding.output]
    return found + [("term", span) for use in output.terms for span in use.output]


def _side(text: str, expected: Language, spans: _Spans | None = None) -> Side:
    return Side(language(text, expected), tuple(_pieces(text, spans or [])))


def _pieces(text: str, spans: _Spans) -> Iterator[Piece]:
    """Cut a text at the ends of the spans; where they overlap the gravest wins."""
    inside = {offset for _, span in spans for offset in span if 0 < offset < len(text)}
    for start, end in pairwise(sorted({0, len(text)} | inside)):
        here = {highlight for highlight, (first, last) in spans if first <= start and end <= last}
        yield Piece(safe(text[start:end]), next((highlight for highlight in _ORDER if highlight in here), None))


def _remarks(output: Output) -> tuple[Remark, ...]:
    """List what there is to say about an output, the gravest first."""
    found = [replace(remark, message=safe(remark.message)) for remark in remarks(output)]
    return tuple(remark for severity in LABELS for remark in found if remark.severity == severity)


def _by_model(stages: Sequence[Stage]) -> list[tuple[ModelSpec, list[Stage]]]:
    specs = list(dict.fromkeys(stage.step.spec for stage in stages))
    return [(spec, [stage for stage in stages if stage.step.spec == spec]) for spec in specs]


def _model(spec: ModelSpec, stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    done = dict.fromkeys("summary" if stage.step.task == "summarize" else "translation" for stage in stages)
    yield "Model", safe(spec.name)
    yield "Made", " and ".join(done)
    if spec.repo or spec.revision:
        yield "Published as", safe(" at ".join(filter(None, (spec.repo, spec.revision))))
    yield "Licence", safe(f"{spec.licence}, {store.COMMERCIAL[spec.commercial]}. {spec.licence_note}".rstrip())
