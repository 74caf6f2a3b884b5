"""The Word document, read back as the XML that it is."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import docx
from echo import run, spec, summary
from hypothesis import given
from hypothesis import strategies as st
from results import English, brief, page, translator, with_findings, with_glossary

from diplosum import word
from diplosum.finding import Finding

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Element = ET.Element


def part(written: bytes, name: str = "word/document.xml") -> Element:
    return ET.fromstring(zipfile.ZipFile(BytesIO(written)).read(name))  # noqa: S314 - our own writing


def text(element: Element) -> str:
    return "".join(found.text or "" for found in element.iter(f"{W}t"))


def paragraphs(written: bytes) -> Iterator[tuple[str, bool, str]]:
    """Give the style, whether it runs from right to left, and the text of each paragraph."""
    for paragraph in part(written).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        assert style is not None
        yield style.attrib[f"{W}val"], paragraph.find(f"{W}pPr/{W}bidi") is not None, text(paragraph)


def rows(written: bytes) -> list[list[str]]:
    return [[text(cell) for cell in row.iter(f"{W}tc")] for row in part(written).iter(f"{W}tr")]


def test_a_brief_has_titles_facts_two_tables_and_what_made_it() -> None:
    written = word.docx(page(brief("قمة في عمان\nوصل الوفد إلى المدينة. 242."), date="2026-03-01", origin="وكالة"))
    shown = list(paragraphs(written))
    assert shown[:6] == [
        ("Title", True, "قمة في عمان"),
        ("Subtitle", False, "The delegation met."),
        ("Small", False, "File: a <b>.txt"),
        ("Small", False, "Date: 2026-03-01"),
        ("Small", False, "Source: وكالة\u200e"),
        ("Small", False, "Length: 3 sentences, 8 words"),
    ]
    assert rows(written)[-4:] == [
        ["No.", "English", "Arabic"],
        ["1", "The delegation met.", "قمة في عمان"],
        ["2", "The delegation met in.", "وصل الوفد إلى المدينة."],
        ["3", "242.", "242."],
    ]
    assert ("Small", False, "Licence: CC-BY-NC-4.0, no commercial use.") in shown
    assert any(line.startswith("Signature: task:translate|reads:document|model:tiny|") for _, _, line in shown)
    properties = part(written, "docProps/core.xml")
    assert next(element.text for element in properties) == "قمة في عمان"


def test_arabic_runs_from_right_to_left_and_the_words_of_the_other_language_do_not() -> None:
    written = word.docx(page(run("وصل وفد NATO أمس.", translator(), engine=English())))
    (paragraph,) = [
        p for p in part(written).iter(f"{W}p") if "NATO" in text(p) and p.find(f"{W}pPr/{W}bidi") is not None
    ]
    runs = [(text(r), r.find(f"{W}rPr/{W}rtl") is not None) for r in paragraph.iter(f"{W}r")]
    assert runs == [("وصل وفد ", True), ("NATO", False), (" أمس.", True)]
    languages = [r.find(f"{W}rPr/{W}lang").attrib for r in paragraph.iter(f"{W}r")]  # type: ignore[union-attr]  # every run has one
    assert languages == [{f"{W}bidi": "ar"}, {f"{W}val": "en-GB"}, {f"{W}bidi": "ar"}]


def test_a_finding_stands_under_its_sentence_and_marks_both_sides() -> None:
    finding = Finding("name", "fail", "«بغداد», «بصرة»: met", ((14, 19),), ((15, 18),))
    written = word.docx(page(with_findings(run("وصل الوفد إلى بغداد.", translator(), engine=English()), (finding,))))
    assert ("Remark", False, "Wrong: name: «بغداد\u200e», «بصرة\u200e»: met") in list(paragraphs(written))
    marked = [text(r) for r in part(written).iter(f"{W}r") if r.find(f"{W}rPr/{W}u") is not None]
    assert marked == ["met", "بغداد"]


def test_terms_of_a_glossary_stand_under_their_sentence_where_they_were_kept() -> None:
    written = word.docx(page(run("وصل الوفد إلى بغداد.", with_glossary(), engine=English())))
    assert ("Small", False, "Glossary: وفد\u200e delegation") in list(paragraphs(written))


def test_a_summary_alone_is_a_table_that_begins_at_the_right() -> None:
    arabic = replace(summary(1), spec=spec(task="summarize", target="ar", max_source_tokens=99))
    written = word.docx(page(run("وصل الوفد.\nعاد الوفد.", arabic)))
    tables = list(part(written).iter(f"{W}tbl"))
    assert [table.find(f"{W}tblPr/{W}bidiVisual") is not None for table in tables] == [True, True]
    assert rows(written)[1] == ["1", "<وصل الوفد. عاد الوفد.>From sentences 1-2"]


def test_a_sentence_without_a_translation_is_seen_to_have_none() -> None:
    written = word.docx(page(run("وصل الوفد. كلام أبكم.", translator(), engine=English())))
    assert rows(written)[-1] == [
        "2",
        "[not translated]Wrong: the model wrote nothing, however it was asked",
        "كلام أبكم.",
    ]


def test_another_library_reads_the_same_headings_and_cells() -> None:
    opened = docx.Document(BytesIO(word.docx(page(brief("قمة في عمان\nوصل الوفد إلى المدينة.")))))
    headings = [p.text for p in opened.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == ["Summary", "Translation", "How this was made"]
    assert [cell.text for cell in opened.tables[1].rows[2].cells] == [
        "2",
        "The delegation met in.",
        "وصل الوفد إلى المدينة.",
    ]
    assert opened.core_properties.title == "قمة في عمان"


def test_the_same_result_gives_the_same_bytes_without_a_time() -> None:
    first, second = (word.docx(page(brief("وصل الوفد."))) for _ in range(2))
    assert first == second
    archive = zipfile.ZipFile(BytesIO(first))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.infolist()[0].filename == "[Content_Types].xml"


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_any_text_makes_a_document_that_reads_back(something: str) -> None:
    result = with_findings(run(f"وصل {something}", translator()), (Finding("name", "note", something, ((0, 5),)),))
    written = word.docx(page(result, title=something, date=something, origin=something))
    kinds = {element.tag for element in part(written).iter()}
    assert all(kind.startswith(W) for kind in kinds)
    assert "وصل" in text(part(written))
