"""How a text was read: its encoding, its language, what was changed for the model, where it was split."""

from collections import Counter
from collections.abc import Iterator

from diplosum import arabic
from diplosum.catalog import ModelSpec
from diplosum.document import Document, boundaries
from diplosum.source import Source
from diplosum.unit import Unit, document_units

_CONTEXT = 24  # characters
_WORDS = 4  # shown before a place


def explain(source: Source, document: Document, specs: list[ModelSpec]) -> Iterator[str]:
    """Yield lines for a person, about the text and then about the copy that each model reads."""
    language = arabic.language(document.text)
    kinds = Counter(paragraph.kind for paragraph in document.paragraphs)
    yield f"encoding: {source.reason}" if source.encoding else f"format: {source.format}"
    yield f"language: {'Arabic' if language.arabic else 'not Arabic'}, because {language.reason}"
    yield (
        f"text: {len(document.text):,} characters, {len(document.text.split()):,} words, "
        f"{len(document.paragraphs)} paragraphs ({kinds['heading']} headings, {kinds['item']} list items), "
        f"{len(document.sentences)} sentences"
    )
    yield from _splits(document)
    for spec in specs:
        yield from _changes(spec, list(document_units(document, spec.rules, language)))


def _splits(document: Document) -> Iterator[str]:
    for number, paragraph in enumerate(document.paragraphs, 1):
        line = document.text[paragraph.start : paragraph.end]
        for boundary in boundaries(line):
            before = " ".join(line[max(0, boundary.offset - 2 * _CONTEXT) : boundary.offset].split()[-_WORDS:])
            what = "split" if boundary.ends else "not split"
            yield f"paragraph {number}: {what} after «…{before}»: {boundary.reason}"


def _changes(spec: ModelSpec, read: list[Unit]) -> Iterator[str]:
    totals: Counter[str] = Counter()
    for unit in read:
        totals.update({change.rule: change.count for change in unit.copy.changes})
    listed = ", ".join(f"{rule} {count}" for rule, count in totals.items()) or "nothing"
    yield f"changed in the copy that {spec.name} reads: {listed}"
    for unit in read:
        for change in unit.copy.changes:
            yield f"  paragraph {unit.paragraph + 1}: {change.rule} {change.count}: «{unit.text[: 2 * _CONTEXT]}…»"
