"""What a step reads, sentence by sentence: of a document, or of a summary that an earlier step made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diplosum import arabic
from diplosum.document import Document
from diplosum.result import Output


@dataclass(frozen=True, slots=True)
class Unit:
    """Something to read: a text without its list marker, the model's copy of it, and where it comes from."""

    text: str
    copy: arabic.Copy
    marker: str
    sources: tuple[int, ...]
    paragraph: int


def document_units(document: Document, rules: arabic.Rules, language: arabic.Language) -> Iterator[Unit]:
    """Yield every sentence of a document as something to read."""
    for position, span in enumerate(document.sentences):
        marker = document.marker(position)
        text = document.sentence(position)[len(marker) :]
        copy = arabic.for_model(text, rules, arabic=language.arabic)
        yield Unit(text, copy, marker, (position,), span.paragraph)


def summary_units(summary: Sequence[Output], rules: arabic.Rules, language: arabic.Language) -> Iterator[Unit]:
    """Yield every sentence of a summary as something to read."""
    for output in summary:
        copy = arabic.for_model(output.answer.text, rules, arabic=language.arabic)
        yield Unit(output.answer.text, copy, "", output.sources, output.paragraph)


def body_sentences(document: Document) -> int:
    """Count the sentences that a share of a document is taken from: headings are not among them."""
    return sum(paragraph.last - paragraph.first for paragraph in document.paragraphs if paragraph.kind != "heading")
