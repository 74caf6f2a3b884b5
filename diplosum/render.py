"""A result as text or Markdown: plain UTF-8, never wrapped, never coloured.

Text and Markdown are written while the result is made: their renderers read what :func:`diplosum.pipeline.stream`
yields, or the stages of a whole result, and yield what can be written already.
Text of a document never becomes markup or control sequences: see :func:`safe` and :func:`_escape`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Literal

from diplosum.document import Paragraph
from diplosum.remarks import SIGNS, Remark, listed, remarks
from diplosum.result import Output, Result, Stage, remember
from diplosum.source import Source

Format = Literal["rich", "text", "markdown", "json", "jsonl", "html", "docx", "srt", "vtt"]
SUFFIXES: Mapping[str, Format] = {
    ".txt": "text",
    ".markdown": "markdown",
    ".md": "markdown",
    ".json": "json",
    ".jsonl": "jsonl",
    ".htm": "html",
    ".html": "html",
    ".docx": "docx",
    ".srt": "srt",
    ".vtt": "vtt",
}

_LANGUAGES = {"ar": "Arabic", "en": "English"}
_LINE_BREAK = re.compile("\r\n|[\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
# Control characters are shown as their pictures (ESC as ␛); so is half of a surrogate pair, which UTF-8 cannot write.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], 0xFFFD)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&$])")


@dataclass(frozen=True, slots=True)
class Page:
    """One result and where it came from. ``bilingual`` puts the source under what was made of it.

    A renderer that is given the stages apart, in pieces, needs the result as planned only.
    """

    source: Source
    result: Result
    bilingual: bool = False
    everything: bool = False  # every remark is listed


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its title and the stage it shows."""

    title: str
    stage: Stage


def safe(text: str) -> str:
    """Make text harmless to a terminal: line breaks as newlines, control characters as pictures, no bidi overrides."""
    return _OVERRIDES.sub("", _LINE_BREAK.sub("\n", text)).translate(_PICTURES)


def sections(result: Result) -> list[Section]:
    """Tell what of a result is shown: every stage, but of a summary made only to be translated the translation."""
    stages = [stage for stage in result.stages if not (len(result.stages) == 2 and _superseded(stage, result))]  # noqa: PLR2004 - a summary and its translation, nothing else
    return [Section(_title(stage), stage) for stage in stages]


def _title(stage: Stage) -> str:
    """Name what a stage shows and its language."""
    language = _LANGUAGES.get(stage.step.spec.target, stage.step.spec.target)
    return f"{'Summary' if is_summary(stage) else 'Translation'} ({language})"


def _superseded(stage: Stage, result: Result) -> bool:
    return stage.step.task == "summarize" and result.stage("translate", "summary") is not None


def shown(output: Output, result: Result) -> str:
    """Give the text of an output, or where it is missing a visible note with the source."""
    if output.answer.text and not output.answer.missing:
        return safe(output.answer.text)
    source = " ".join(safe(result.document.sentence(position)) for position in output.sources)
    note = f"[not {'translated' if len(output.sources) == 1 else 'summarized'}: {source}]"
    return f"{safe(output.answer.text)} {note}".strip()


def is_summary(stage: Stage) -> bool:
    """Whether a stage shows a summary: made by it, or translated by it."""
    return stage.step.task == "summarize" or stage.step.reads == "summary"


def streamed(page: Page, made: Iterable[Stage]) -> Iterator[tuple[Section, Iterator[Output]]]:
    """Yield each section that is shown, with its outputs as they come: they are to be read before the next section."""
    planned = sections(page.result)
    for step, pieces in groupby(made, key=lambda piece: piece.step):
        for section in planned:
            if section.stage.step == step:
                yield section, chain.from_iterable(piece.outputs for piece in pieces)


def paragraphs(outputs: Iterable[Output], result: Result) -> Iterator[tuple[Paragraph, list[Output]]]:
    """Yield each paragraph of the document with its outputs, of a stage that answers every sentence."""
    rest = iter(outputs)
    for paragraph in result.document.paragraphs:
        yield paragraph, list(islice(rest, paragraph.last - paragraph.first))


def summary_source(output: Output, result: Result) -> str:
    """Give the sentences that an output of a summary stands for, where they are few enough to be read beside it."""
    return safe(" ".join(result.document.sentence(position) for position in output.sources))


def notes(result: Result) -> list[Remark]:
    """List what there is to say about all stages, also about a summary that is shown in translation only."""
    several = len(result.stages) > 1
    return [
        remark
        for stage in result.stages
        for output in stage.outputs
        for remark in remarks(output, _title(stage) if several else "")
    ]


def text(page: Page, made: Iterable[Stage]) -> Iterator[str]:
    """Render as plain text, paragraphs as in the source, a newline at the end."""
    titles = len(sections(page.result)) > 1
    for number, (section, outputs) in enumerate(streamed(page, made)):
        if number:
            yield "\n\n"
        if titles:
            yield f"{section.title}\n\n"
        if is_summary(section.stage):
            yield from _summary_text(outputs, page)
        elif page.bilingual:
            yield from _bilingual_text(outputs, page)
        else:
            yield from _translation_text(outputs, page.result)
    yield "\n"


def _summary_text(outputs: Iterable[Output], page: Page) -> Iterator[str]:
    for number, output in enumerate(outputs):
        if number:
            yield "\n\n" if page.bilingual else "\n"
        yield f"[{output.paragraph + 1}] {shown(output, page.result)}"
        if page.bilingual:
            yield f"\n{summary_source(output, page.result)}"


def _bilingual_text(outputs: Iterable[Output], page: Page) -> Iterator[str]:
    for number, (paragraph, made) in enumerate(paragraphs(outputs, page.result)):
        if number:
            yield "\n\n"
        source = safe(page.result.document.text[paragraph.start : paragraph.end])
        yield f"{' '.join(shown(output, page.result) for output in made)}\n{source}"


def _translation_text(outputs: Iterable[Output], result: Result) -> Iterator[str]:
    """Yield the sentences and the white space between them, without line ends before the first and after the last."""
    before, begun = "", False
    for gap, output in zip(result.document.gaps(), outputs, strict=False):  # the last gap ends the text
        said = before + safe(_LINE_BREAK.sub("\n", gap)) + shown(output, result)
        if not begun:
            said = said.lstrip("\n")
        kept = said.rstrip("\n")
        yield kept
        before, begun = said[len(kept) :], begun or kept != ""


def markdown(page: Page, made: Iterable[Stage]) -> Iterator[str]:
    """Render as Markdown: sections, lists and headings of the source kept, everything else of it escaped."""
    seen: list[Stage] = []
    yield f"# {_escape(safe(page.source.metadata.title or page.source.name))}\n\n"
    if facts := _facts(page.source):
        yield "\n".join(f"- {name}: {_escape(safe(value))}" for name, value in facts) + "\n\n"
    for section, outputs in streamed(page, remember(made, seen)):
        yield f"## {section.title}\n\n"
        render = _summary_markdown if is_summary(section.stage) else _translation_markdown
        for block in render(outputs, page):
            yield f"{block}\n\n"
    result = page.result.made(seen)
    kept, rest = listed(notes(result), everything=page.everything)
    lines = [f"- {SIGNS[remark.severity]} {_escape(safe(str(remark)))}\n" for remark in kept]
    lines += [f"- {rest}\n"] if rest else []
    if lines:
        yield f"## Notes\n\n{''.join(lines)}\n"
    yield f"`{result.signature}`\n"


def _facts(source: Source) -> list[tuple[str, str]]:
    """List what a file says of its text, under its title; a plain text says nothing."""
    said = source.metadata
    facts = (("File", source.name if said.title else ""), ("Date", said.date), ("Source", said.origin))
    return [(name, value) for name, value in facts if value]


def _summary_markdown(outputs: Iterable[Output], page: Page) -> Iterator[str]:
    lines = []
    for output in outputs:
        line = f"- {_escape(shown(output, page.result))} (paragraph {output.paragraph + 1})"
        if page.bilingual:
            line += f"\n  > {_escape(summary_source(output, page.result))}"
        lines.append(line)
    if lines:
        yield "\n".join(lines)


def _translation_markdown(outputs: Iterable[Output], page: Page) -> Iterator[str]:
    for paragraph, made in paragraphs(outputs, page.result):
        line = " ".join(shown(output, page.result) for output in made)
        if paragraph.kind == "quote":
            yield f"> {_escape(line.removeprefix('> '))}"
        else:
            line = _escape(line, item=paragraph.kind == "item")
            yield f"### {line}" if paragraph.kind == "heading" else line
        if page.bilingual:
            yield f"> {_escape(safe(page.result.document.text[paragraph.start : paragraph.end]))}"


def _escape(text: str, *, item: bool = False) -> str:
    """Escape what Markdown would read as markup; the marker of a list item stays one."""
    escaped = _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))
    return escaped if item else re.sub(r"^([-+=]|\d+(?=[.)]))", r"\\\1", escaped)
