import json
from dataclasses import replace

import pytest
from echo import run, summary, translation
from hypothesis import given
from hypothesis import strategies as st

from diplosum import __version__, record, render
from diplosum.errors import InputError
from diplosum.finding import Finding
from diplosum.glossary import Term, Use
from diplosum.render import Page
from diplosum.result import Result
from diplosum.size import size
from diplosum.source import Metadata, Source

ARTICLE = "  قمة في عمان\n\nوصل الوفد أمس. عاد اليوم.\r\n- بند أول.\n١. بند ثان.\n\n\nكلام أبكم.\n"
SIGNATURE = (
    f"task:translate|reads:document|model:echo|revision:{'a' * 40}|licence:Apache-2.0|engine:hf|device:cpu|beams:4"
    f"|checks:off|version:{__version__}"
)


def page(result: Result, *, bilingual: bool = False, name: str = "a.txt") -> Page:
    return Page(Source(name, result.document.text, "UTF-8", "UTF-8"), result, bilingual)


def text(page: Page) -> str:
    return "".join(render.text(page, page.result.stages))


def markdown(page: Page) -> str:
    return "".join(render.markdown(page, page.result.stages))


def test_text_keeps_the_layout_of_the_source_and_shows_what_is_missing() -> None:
    assert text(page(run(ARTICLE, translation()))) == (
        "  <قمة في عمان>\n\n<وصل الوفد أمس.> <عاد اليوم.>\n- <بند أول.>\n1. <بند ثان.>\n\n\n"
        "[not translated: كلام أبكم.]\n"
    )


def test_bilingual_text_has_the_source_under_each_paragraph() -> None:
    assert text(page(run("وصل الوفد أمس. عاد.\nنعم.", translation()), bilingual=True)) == (
        "<وصل الوفد أمس.> <عاد.>\nوصل الوفد أمس. عاد.\n\n<نعم.>\nنعم.\n"
    )


def test_a_summary_has_paragraph_numbers_and_its_translation_replaces_it() -> None:
    article = "وصل الوفد أمس.\nعاد الوفد."
    assert text(page(run(article, summary(2)))) == "[1] <وصل الوفد أمس.>\n[2] <عاد الوفد.>\n"
    both = run(article, summary(2), translation(reads="summary"))
    assert text(page(both)) == "[1] <<وصل الوفد أمس.>>\n[2] <<عاد الوفد.>>\n"


def test_a_brief_has_both_summaries_and_the_translation_under_titles() -> None:
    result = run("وصل الوفد أمس.", summary(1), translation(reads="summary"), translation())
    assert text(page(result)) == (
        "Summary (English)\n\n[1] <وصل الوفد أمس.>\n\n"
        "Summary (English)\n\n[1] <<وصل الوفد أمس.>>\n\n"
        "Translation (English)\n\n<وصل الوفد أمس.>\n"
    )


def test_markdown_keeps_headings_and_lists_and_escapes_everything_else() -> None:
    text = "قمة *في* [عمان](x)\n\nوصل <b>الوفد</b> أمس_.\n- بند `أول`.\n# ليس عنوانا هنا لأنه جملة.\n+ وصل."
    written = markdown(page(run(text, translation()), name="a_b.txt"))
    assert written == (
        "# a\\_b.txt\n\n## Translation (English)\n\n"
        "### \\<قمة \\*في\\* \\[عمان\\](x)\\>\n\n"
        "\\<وصل \\<b\\>الوفد\\</b\\> أمس\\_.\\>\n\n"
        "- \\<بند \\`أول\\`.\\>\n\n"
        "\\<\\# ليس عنوانا هنا لأنه جملة.\\>\n\n"
        "\\<+ وصل.\\>\n\n"
        f"`{SIGNATURE}`\n"
    )


def test_markdown_begins_with_what_the_file_says_of_its_text() -> None:
    result = run("وصل الوفد.", translation())
    said = Metadata("قمة *عمان*", "2026-03-01", "https://example.org/1_2")
    written = "".join(render.markdown(Page(Source("a.txt", "", "UTF-8", "UTF-8", said), result), result.stages))
    assert written.startswith(
        "# قمة \\*عمان\\*\n\n- File: a.txt\n- Date: 2026-03-01\n- Source: https://example.org/1\\_2\n\n## Translation"
    )


def test_markdown_notes_what_happened_and_quotes_the_source() -> None:
    written = markdown(page(run("كلام أبكم.", translation()), bilingual=True))
    assert "\\[not translated: كلام أبكم.\\]\n\n> كلام أبكم.\n\n" in written
    assert "## Notes\n\n- ✗ paragraph 1: the model wrote nothing, however it was asked\n" in written


def test_the_json_is_the_schema_that_programs_read() -> None:
    result = run("قمة في عمان\nUN 242.", translation())
    assert record.SCHEMA == 1
    assert json.loads(record.envelope([record.record(page(result))], [])) == {
        "schema": 1,
        "version": __version__,
        "results": [
            {
                "source": {
                    "name": "a.txt",
                    "title": "",
                    "date": "",
                    "origin": "",
                    "format": "text",
                    "encoding": "UTF-8",
                    "arabic": True,
                    "characters": 19,
                    "words": 5,
                    "paragraphs": 2,
                    "sentences": [
                        {"start": 0, "end": 11, "paragraph": 0, "kind": "heading", "text": "قمة في عمان"},
                        {"start": 12, "end": 19, "paragraph": 1, "kind": "body", "text": "UN 242."},
                    ],
                },
                "stages": [
                    {
                        "task": "translate",
                        "reads": "document",
                        "language": {"source": "ar", "target": "en"},
                        "model": {
                            "name": "echo",
                            "repo": None,
                            "revision": "a" * 40,
                            "licence": "Apache-2.0",
                            "commercial": True,
                            "why": "it is a test",
                        },
                        "settings": {"engine": "hf", "device": "cpu", "beams": 4},
                        "rounds": 1,
                        "findings": {"fail": 0, "warn": 0, "note": 0},
                        "sentences": [
                            {
                                "text": "<قمة في عمان>",
                                "sources": [0],
                                "paragraph": 0,
                                "score": -0.5,
                                "missing": False,
                                "marks": [],
                                "findings": [],
                                "terms": [],
                            },
                            {
                                "text": "UN 242.",
                                "sources": [1],
                                "paragraph": 1,
                                "score": None,
                                "missing": False,
                                "marks": [{"kind": "kept", "message": "no Arabic letters: kept as it is"}],
                                "findings": [],
                                "terms": [],
                            },
                        ],
                    }
                ],
                "signature": SIGNATURE,
            }
        ],
        "errors": [],
    }


def found(result: Result) -> Result:
    """The same with findings and a term in its first sentence."""
    findings = (
        Finding("number", "fail", "«90» became “[95]”", ((4, 6),), ((1, 3), (5, 6))),
        Finding("coverage", "note", "is rather short"),
    )
    use = Use(Term("وفد", "delegation"), ((0, 3),), ())
    (stage,) = result.stages
    first, *rest = stage.outputs
    return replace(result, stages=(replace(stage, outputs=(replace(first, findings=findings, terms=(use,)), *rest)),))


def test_findings_and_terms_are_json_with_their_places() -> None:
    (stage,) = record.record(page(found(run("وفد 90.\nنعم.", translation()))))["stages"]
    assert stage["findings"] == {"fail": 1, "warn": 0, "note": 1}
    written = json.loads(record.line(stage["sentences"][0]))
    assert written["findings"] == [
        {
            "kind": "number",
            "severity": "fail",
            "message": "«90» became “[95]”",
            "source": [[4, 6]],
            "output": [[1, 3], [5, 6]],
        },
        {"kind": "coverage", "severity": "note", "message": "is rather short", "source": [], "output": []},
    ]
    assert written["terms"] == [
        {"arabic": "وفد", "english": "delegation", "kept": False, "source": [[0, 3]], "output": []}
    ]


def test_markdown_lists_findings_and_counts_what_weighs_little() -> None:
    result = found(run("وفد 90.\nنعم.", translation()))
    notes = "## Notes\n\n- ✗ paragraph 1: number: «90» became “\\[95\\]”\n"
    assert f"{notes}- and 1 of little weight (--verbose lists them)\n\n" in markdown(page(result))
    everything = replace(page(result), everything=True)
    assert f"{notes}- · paragraph 1: coverage: is rather short\n\n" in markdown(everything)


def test_text_is_clean_whatever_was_found() -> None:
    assert text(page(found(run("وفد 90.\nنعم.", translation())))) == "<وفد 90.>\n<نعم.>\n"


def test_an_error_is_json_too() -> None:
    error = InputError("is empty", where="a.txt", hint="name another")
    made = record.error_record("a.txt", error)
    assert made == {
        "name": "a.txt",
        "exit_status": 3,
        "message": "is empty",
        "where": "a.txt",
        "hint": "name another",
    }


@given(st.text())
def test_a_line_of_json_is_one_line_and_reads_back(text: str) -> None:
    written = record.line({"text": text})
    assert len(written.splitlines()) == 1
    written.encode("utf-8")
    assert json.loads(written)["text"] == text


@given(st.text())
def test_text_for_people_never_holds_control_sequences(text: str) -> None:
    shown = render.safe(text)
    shown.encode("utf-8")
    assert not any(ord(sign) < 0x20 and sign not in "\n\t" for sign in shown)
    assert not any(0x7F <= ord(sign) < 0xA0 or 0x202A <= ord(sign) <= 0x202E for sign in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mحمر\x1b[0m", "␛[31mحمر␛[0m"),
        ("\x07\x00\x9b\x7f", "␇␀�␡"),
        ("\u202eنعم\u202c\ufeff\u200f", "نعم\u200f"),
        ("a\r\nb\u2028c\rd\te", "a\nb\nc\nd\te"),
        ("\ud800", "�"),
        ("[bold]نعم[/] [مهم]", "[bold]نعم[/] [مهم]"),
    ],
)
def test_control_characters_become_pictures(text: str, shown: str) -> None:
    assert render.safe(text) == shown


@pytest.mark.parametrize(("count", "shown"), [(None, "-"), (478_000_000, "478 MB"), (2_330_000_000, "2.3 GB")])
def test_sizes_are_written_for_people(count: int | None, shown: str) -> None:
    assert size(count) == shown
