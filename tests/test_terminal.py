from dataclasses import replace
from io import StringIO

import pytest
from echo import run, spec, summary, translation
from rich.cells import cell_len
from rich.console import Console

from diplosum import terminal
from diplosum.arabic import Rules
from diplosum.finding import Finding
from diplosum.render import Page
from diplosum.result import Result
from diplosum.source import Source
from diplosum.terminal import RightToLeft

LONG = "وصل وزير الخارجية العراقي إلى العاصمة الروسية موسكو مساء أمس الإثنين في زيارة رسمية تستمر ثلاثة أيام؟"


def shown(
    result: Result,
    *,
    width: int = 80,
    right_to_left: RightToLeft = "off",
    bilingual: bool = False,
    name: str = "a.txt",
) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    page = Page(Source(name, result.document.text, "UTF-8", "UTF-8"), result, bilingual)
    terminal.show(page, page.result.stages, console, right_to_left)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_a_summary_has_a_head_numbers_in_the_margin_and_a_signature() -> None:
    result = run("قمة\nوصل الوفد أمس.", summary(1))
    assert lines(shown(result)) == [
        "a.txt  2 sentences, 4 words, UTF-8",
        "",
        "Summary (English) ──────────────────────────────────────────────────────────────",
        "",
        "   1 <قمة وصل الوفد أمس.>",
        "",
        *(result.signature[start : start + 80] for start in range(0, len(result.signature), 80)),
    ]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("right_to_left", ["off", "terminal", "reshape"])
@pytest.mark.parametrize("bilingual", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, right_to_left: RightToLeft, bilingual: bool) -> None:  # noqa: FBT001 - a parameter of the test
    result = run(f"{LONG} " * 5 + "x" * 300 + "\nUN 242 " * 30, translation())
    written = shown(result, width=width, right_to_left=right_to_left, bilingual=bilingual)
    assert max(map(cell_len, written.splitlines())) <= width


def test_all_words_are_shown_whatever_the_width() -> None:
    result = run(LONG, translation(spec=spec(max_source_tokens=99)))
    for width in (40, 80, 120):
        flat = " ".join(shown(result, width=width).split())
        assert "مساء أمس الإثنين في زيارة رسمية" in flat


def test_a_wide_terminal_has_the_source_beside_and_a_narrow_one_under_the_translation() -> None:
    result = run("UN 242.", translation())
    wide = [line for line in lines(shown(result, width=120, bilingual=True)) if "UN 242." in line]
    narrow = [line for line in lines(shown(result, width=80, bilingual=True)) if "UN 242." in line]
    assert [line.count("UN 242.") for line in wide] == [2]
    assert [line.count("UN 242.") for line in narrow] == [1, 1]


def test_markup_and_control_sequences_of_a_document_are_shown_not_obeyed() -> None:
    result = run("[bold]وصل[/] [link=x]الوفد[/link] \x1b[31mأمس\x1b[0m :smile:.\n[/]", translation())
    raw = shown(result, name="[red]a\x1b]0;x\x07.txt")
    written = " ".join(raw.split())
    assert "[bold]وصل[/] [link=x]الوفد[/link] [31mأمس[0m :smile:." in written
    assert "[red]a␛]0;x␇.txt" in written
    assert "\x1b[31m" not in raw
    assert "\x1b]0" not in raw


def test_what_was_marked_stands_in_the_margin_and_in_a_list() -> None:
    written = lines(shown(run("نعم.\nكلام أبكم.", translation()), width=100))
    assert "  2✗ [not translated: كلام أبكم.]" in written
    assert "   ✗ paragraph 2: the model wrote nothing, however it was asked" in written


def test_findings_have_signs_of_their_own_and_long_lines_stay_in_their_column() -> None:
    result = run("وفد 90.\nنعم.\nلا.", translation())
    (stage,) = result.stages
    found = [Finding("number", "fail", f"«90» became “95”{80 * ' so'}"), Finding("name", "warn", "«نعم» is missing")]
    outputs = [replace(output, findings=(one,)) for output, one in zip(stage.outputs, found, strict=False)]
    result = replace(result, stages=(replace(stage, outputs=(*outputs, stage.outputs[2])),))
    written = lines(shown(result, right_to_left="terminal"))
    said = [line for line in written if ".>" in line]
    assert [line[:5].strip() for line in said] == ["1✗", "2!", ""]
    notes = written[written.index("Notes " + 74 * "─") + 2 :]
    notes = notes[: notes.index("")]
    assert notes[0].startswith("   ✗ paragraph 1: number: «90» became “95” so")
    assert all(line.startswith("     so") for line in notes[1:-1])
    assert notes[-1] == "   ! paragraph 2: name: «\u2067نعم\u2069» is missing"


def test_arabic_in_a_note_is_ordered_line_by_line() -> None:
    result = run("نعم.", translation())
    (stage,) = result.stages
    (output,) = stage.outputs
    finding = Finding("coverage", "fail", f"nothing stands for «{LONG}» of 90")
    result = replace(result, stages=(replace(stage, outputs=(replace(output, findings=(finding,)),)),))
    written = lines(shown(result, width=60, right_to_left="terminal"))
    notes = [line for line in written[written.index("Notes " + 54 * "─") :] if "\u2067" in line]
    assert len(notes) > 1
    assert all(line.count("\u2067") == line.count("\u2069") == 1 for line in notes)
    assert notes[-1].endswith("» of 90")
    reversed_ = shown(result, width=60, right_to_left="reshape")
    assert "nothing stands for «" in reversed_
    assert LONG.split(maxsplit=1)[0] not in reversed_


def test_arabic_is_isolated_line_by_line_for_terminals_that_order_it() -> None:
    result = run(LONG, summary(1))
    arabic = [line for line in lines(shown(result, width=60, right_to_left="terminal")) if "\u2067" in line]
    assert len(arabic) > 1
    assert all(line.count("\u2067") == line.count("\u2069") == 1 for line in arabic)
    assert {cell_len(line) for line in arabic} == {60}


def test_arabic_is_joined_and_reversed_for_terminals_that_cannot() -> None:
    written = shown(run("عمّان لا 12.", translation(spec=spec(rules=Rules(diacritics=False)))), right_to_left="reshape")
    assert "<.12 \ufefb \ufee5\ufe8e\ufee4\u0651\ufecb>" in written


@pytest.mark.parametrize(
    ("environment", "direction", "advice"),
    [
        ({"VTE_VERSION": "7002"}, "terminal", None),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "terminal", None),
        ({"KITTY_WINDOW_ID": "1"}, "off", "kitty does not order Arabic text: if it looks reversed, add --rtl reshape"),
        (
            {"TERM_PROGRAM": "vscode"},
            "off",
            "the terminal of VS Code does not order Arabic text: if it looks reversed, add --rtl reshape",
        ),
        ({"TERM": "xterm-256color"}, "off", None),
    ],
)
def test_what_auto_means_depends_on_the_terminal(
    environment: dict[str, str], direction: RightToLeft, advice: str | None
) -> None:
    assert terminal.direction("auto", environment) == direction
    assert terminal.direction("reshape", environment) == "reshape"
    assert terminal.advice(environment) == advice
