"""A result on a terminal: rich, without boxes (their edges drift beside Arabic), Arabic ordered as asked.

Terminals differ: some order Arabic themselves (GNOME, Konsole, Apple's), some do not (kitty, Alacritty, Windows).
Text is never reordered unless the user asks for it, because the first kind would reverse it again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from diplosum import arabic
from diplosum.finding import Severity
from diplosum.remarks import SIGNS, Remark, listed, sign
from diplosum.render import Page, is_summary, notes, paragraphs, safe, shown, streamed, summary_source
from diplosum.result import Output, Stage, remember

RightToLeft = Literal["auto", "terminal", "reshape", "off"]

# Arabic words of a note and what stands between them, on one line; not the signs and Latin words around.
_RUN = re.compile("[^\\s«»“”A-Za-z]*[\u0620-\u06d3](?:[^«»“”A-Za-z]*[^\\s«»“”A-Za-z])?")
_REVERSED = re.compile("([\u064b-\u0652\u0670]+)(.)")
_ISOLATE, _POP = "\u2067", "\u2069"  # RIGHT-TO-LEFT ISOLATE, POP DIRECTIONAL ISOLATE
_WIDEST = 110  # cells; longer lines are hard to read
_SIDE_BY_SIDE = 100  # cells from which source and output stand in two columns
_MARGIN = 4  # cells for paragraph numbers and marks
_MOST_NUMBERED = 1000  # a fourth digit would leave no room for a sign
_STYLES: Mapping[Severity, str] = {"fail": "bold red", "warn": "yellow", "note": "dim"}

# Environment variable, the start of its value, the terminal that sets it so.
_ORDERS_ITSELF = (
    ("VTE_VERSION", "", "a VTE terminal"),
    ("KONSOLE_VERSION", "", "Konsole"),
    ("TERM_PROGRAM", "Apple_Terminal", "Terminal"),
    ("TERM", "mlterm", "mlterm"),
)
_DOES_NOT = (
    ("WT_SESSION", "", "Windows Terminal"),
    ("KITTY_WINDOW_ID", "", "kitty"),
    ("ALACRITTY_WINDOW_ID", "", "Alacritty"),
    ("TERM_PROGRAM", "vscode", "the terminal of VS Code"),
    ("TERM_PROGRAM", "iTerm", "iTerm2"),
)


def advice(environment: Mapping[str, str]) -> str | None:
    """Say what to do where the terminal is known not to order Arabic, else None."""
    name = _known(_DOES_NOT, environment)
    return name and f"{name} does not order Arabic text: if it looks reversed, add --rtl reshape"


def direction(choice: RightToLeft, environment: Mapping[str, str]) -> RightToLeft:
    """Resolve ``auto``: marks for terminals known to order Arabic themselves, else the text as it is."""
    if choice != "auto":
        return choice
    return "terminal" if _known(_ORDERS_ITSELF, environment) else "off"


def _known(table: tuple[tuple[str, str, str], ...], environment: Mapping[str, str]) -> str | None:
    return next((name for key, start, name in table if key in environment and environment[key].startswith(start)), None)


def show(page: Page, made: Iterable[Stage], console: Console, right_to_left: RightToLeft) -> None:
    """Print a result while it is made. ``right_to_left`` is resolved already."""
    width = min(console.width, 2 * _WIDEST if page.bilingual else _WIDEST)
    for block in _blocks(page, made, width, _ORDER[right_to_left]):
        console.print(block, width=width, highlight=False, markup=False, emoji=False)


_Order = Callable[[str], str]


def _isolate(line: str) -> str:
    return f"{_ISOLATE}{line}{_POP}"


def _reshape(line: str) -> str:
    """Join and reverse the letters for a terminal that does neither; never for files."""
    from arabic_reshaper import ArabicReshaper  # 30 ms, only for terminals that need it
    from bidi.algorithm import get_display

    joined = ArabicReshaper({"delete_harakat": False}).reshape(line)
    # Reversed with the rest, diacritics stand before their letter; a terminal draws them on the cell before them.
    return _REVERSED.sub(lambda match: match[2] + match[1][::-1], str(get_display(joined, base_dir="R")))


_ORDER: Mapping[RightToLeft, _Order | None] = {"terminal": _isolate, "reshape": _reshape, "off": None}


def _blocks(page: Page, made: Iterable[Stage], width: int, order: _Order | None) -> Iterator[RenderableType]:
    document, seen = page.result.document, list[Stage]()
    name = _flow(safe(page.source.metadata.title or page.source.name))
    counts = (
        f"{len(document.sentences)} sentences, {document.words:,} words, {page.source.encoding or page.source.format}"
    )
    yield Text.assemble((name, "bold"), (f"  {counts}", "dim"), no_wrap=True)
    for section, outputs in streamed(page, remember(made, seen)):
        yield Text()
        yield Rule(Text(section.title, "bold"), align="left", style="dim")
        yield Text()
        if is_summary(section.stage):
            sources = page.bilingual and section.stage.step.reads == "summary"
            yield from _summary(outputs, page, width, order, sources=sources)
        else:
            yield from _translation(outputs, page, width, order)
    result = page.result.made(seen)
    kept, rest = listed(notes(result), everything=page.everything)
    if kept or rest:
        yield Text()
        yield Rule(Text("Notes", "bold"), align="left", style="dim")
        yield Text()
        yield _list(kept, rest, width - _MARGIN - 1, order)
    yield Text()
    yield Text(result.signature, "dim", overflow="fold")


def _list(found: Iterable[Remark], rest: str, width: int, order: _Order | None) -> Table:
    """Make a list, its signs under those in the margin; Arabic in it is ordered as elsewhere, after wrapping."""
    rows = _grid(width)
    for remark in found:
        text = Text(_flow(safe(str(remark))), overflow="fold")
        if order is not None:
            lines = [line.plain.rstrip() for line in text.wrap(Console(width=width), width, overflow="fold")]
            ordered = [_RUN.sub(lambda match: order(match[0]), line) for line in lines]
            text = Text("\n".join(ordered), no_wrap=True, overflow="ignore")
        rows.add_row(Text(SIGNS[remark.severity], _STYLES[remark.severity]), text)
    if rest:
        rows.add_row("", Text(rest, "dim"))
    return rows


def _grid(*columns: int, **margin: Any) -> Table:  # noqa: ANN401 - options of a column
    """Make a table of a few rows: each block of text is one, so that it can be printed before the next is there."""
    rows = Table.grid(padding=(0, 1))
    rows.add_column(justify="right", width=_MARGIN, **margin)
    for column in columns:
        rows.add_column(width=column)
    return rows


def _summary(
    outputs: Iterable[Output], page: Page, width: int, order: _Order | None, *, sources: bool
) -> Iterator[RenderableType]:
    column = width - _MARGIN - 1
    for index, output in enumerate(outputs):
        rows = _grid(column, style="dim")
        if index:
            rows.add_row()
        rows.add_row(
            _margin(output.paragraph + 1, [output], always=True), _block(shown(output, page.result), column, order)
        )
        if sources:
            rows.add_row("", _block(summary_source(output, page.result), column, order, style="dim"))
        yield rows


def _translation(outputs: Iterable[Output], page: Page, width: int, order: _Order | None) -> Iterator[RenderableType]:
    beside = page.bilingual and width >= _SIDE_BY_SIDE
    column = (width - _MARGIN - 4) // 2 if beside else width - _MARGIN - 1
    kind_before = None
    for number, (paragraph, made) in enumerate(paragraphs(outputs, page.result), 1):
        # Arabic last: nothing stands to the right of it that could drift.
        rows = _grid(column, 1, column) if beside else _grid(column)
        together = paragraph.kind == kind_before == "item" and not page.bilingual
        if kind_before and not together:
            rows.add_row()
        kind_before = paragraph.kind
        style = "bold" if paragraph.kind == "heading" else ""
        said = _block(" ".join(shown(output, page.result) for output in made), column, order, style=style)
        source = _block(safe(page.result.document.text[paragraph.start : paragraph.end]), column, order, style="dim")
        if beside:
            rows.add_row(_margin(number, made, always=False), said, "", source)
        else:
            rows.add_row(_margin(number, made, always=False), said)
            if page.bilingual:
                rows.add_row("", source)
        yield rows


def _margin(number: int, outputs: list[Output], *, always: bool) -> Text:
    """Put the sign of what was found into the margin, with the number of the paragraph, by which the notes name it."""
    signed = sign(outputs)
    label = str(number) if (always or signed) and number < _MOST_NUMBERED else ""
    return Text.assemble((label, "dim"), (signed[0], _STYLES[signed[1]])) if signed else Text(label, "dim")


def _flow(text: str) -> str:
    """Put text of several lines on one."""
    return " ".join(text.split())


def _block(text: str, width: int, order: _Order | None, *, style: str = "") -> Text:
    """Wrap a text, then order each line of it: wrapping after ordering would turn the text upside down."""
    text = _flow(text)
    if order is None or not arabic.has_letters(text):
        return Text(text, style, overflow="fold")
    lines = Text(text).wrap(Console(width=width), width, overflow="fold")
    ordered = [order(line.plain.rstrip()) for line in lines]
    return Text(
        "\n".join(" " * (width - cell_len(line)) + line for line in ordered), style, no_wrap=True, overflow="ignore"
    )
