"""Documents through the whole program, and what their readers keep, leave out and refuse."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import documents
import docx
import pypdf
import pytest
from checkpoints import PAIRS
from documents import ARTICLE, BODY, ENGLISH, TITLE
from typer.testing import CliRunner, Result

from diplosum import readers, source
from diplosum.catalog import ModelSpec
from diplosum.cli import app
from diplosum.document import parse
from diplosum.errors import ExitCode, InputError
from diplosum.readers import confinement, glyphs
from diplosum.readers.content import Content, iso_date
from diplosum.source import Source, expand

DATA = Path(__file__).parent / "data"
FORMATS = {
    "article.html": documents.page(),
    "article.docx": documents.word(),
    "article.odt": documents.odt(),
    "article.epub": documents.epub(),
    "article.md": documents.MARKDOWN.encode(),
}


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def marian(checkpoint: Callable[[str], ModelSpec]) -> str:
    return str(checkpoint("marian").path)


def diplosum(*arguments: str, data: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=data)


def read(data: bytes, name: str) -> Source:
    Path(name).write_bytes(data)
    (found,) = expand([name])
    return source.read(found)


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(InputError) as caught:
        read(data, name)
    return str(caught.value)


def kinds(found: Source) -> list[tuple[str, str]]:
    parsed = parse(found.text, found.headings)
    return [(each.kind, found.text[each.start : each.end]) for each in parsed.paragraphs]


# Every format


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_of_each_format_is_translated(marian: str, name: str) -> None:
    Path(name).write_bytes(FORMATS[name])
    done = diplosum("translate", name, "--model", marian, "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{ENGLISH}\n"


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "article.md"])
def test_a_document_is_known_without_its_name(marian: str, name: str) -> None:
    done = diplosum("translate", "--model", marian, "--quiet", data=FORMATS[name])
    assert (done.exit_code, done.stdout) == (0, f"{ENGLISH}\n")


@pytest.mark.parametrize(("name", "margins"), [("libreoffice.pdf", 4), ("chromium.pdf", 2)])
def test_a_printed_article_is_translated_without_what_stands_in_its_margins(
    marian: str, name: str, margins: int
) -> None:
    done = diplosum("translate", str(DATA / name), "--model", marian, "--verbose")
    english = [
        PAIRS[0].target,
        " ".join(pair.target for pair in PAIRS[1:5]),
        " ".join(pair.target for pair in PAIRS[5:8]),
    ]
    assert (done.exit_code, done.stdout) == (0, "\n\n".join(english) + "\n")
    assert f"{name}: left out: {margins} page headers, footers and numbers\n" in done.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_the_title_is_a_heading_and_the_rest_is_not(name: str) -> None:
    assert kinds(read(FORMATS[name], name)) == [("heading", TITLE), *(("body", line) for line in BODY)]


def test_title_date_and_origin_stand_in_the_result() -> None:
    Path("article.html").write_bytes(FORMATS["article.html"])
    done = diplosum("summarize", "article.html", "--format", "json")
    about = json.loads(done.stdout)["results"][0]["source"]
    assert {key: about[key] for key in ("title", "date", "origin", "format", "encoding")} == {
        "title": TITLE,
        "date": "2024-05-06",
        "origin": "صحيفة الاختبار",
        "format": "HTML",
        "encoding": "UTF-8",
    }
    done = diplosum("summarize", "article.html", "--format", "markdown")
    assert done.stdout.startswith(f"# {TITLE}\n")
    done = diplosum("summarize", "article.html", "--format", "rich")
    assert TITLE in done.stdout.splitlines()[0]


def test_every_document_in_a_folder_is_read_but_not_what_belongs_to_a_page_or_describes_the_folder() -> None:
    for name in (*FORMATS, "b.txt", "c.log", "README.md", "article_files/frame.html", ".hidden.pdf"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"")
    assert [str(found.relative) for found in expand(["."])] == [
        *("article.docx", "article-2.epub", "article-3.html", "article-4.md", "article-5.odt", "b.txt"),
    ]


def test_plain_text_with_markup_in_it_stays_plain_text() -> None:
    found = read(documents.page(), "article.txt")
    assert (found.format, found.text) == ("text", documents.page().decode())


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_under_another_name_is_known_by_what_is_in_it(name: str) -> None:
    if name != "article.md":
        assert read(FORMATS[name], "article.bin").text == ARTICLE


# Web pages


@pytest.mark.parametrize(
    ("charset", "codec", "reason"),
    [
        ("windows-1256", "cp1256", "Windows-1256, which the page names"),
        ("utf-8", "cp1256", "Windows-1256, because it is not UTF-8 and reads as Arabic in Windows-1256"),
        ("windows-1256", "utf-8", "UTF-8"),
        ("iso-8859-1", "cp1256", "Windows-1256, because it is not UTF-8 and reads as Arabic in Windows-1256"),
        ("utf-8", "utf-8-sig", "UTF-8 by its byte order mark"),
        ("utf-8", "utf-16", "UTF-16 by its byte order mark"),
    ],
)
def test_the_encoding_of_a_page_is_found_whatever_it_says(charset: str, codec: str, reason: str) -> None:
    found = read(documents.page(charset, codec), "article.html")
    assert found.text == ARTICLE
    assert found.reason.startswith(reason)


def test_a_broken_byte_in_a_page_costs_one_letter_and_is_said() -> None:
    data = documents.page().replace("الحقوق".encode(), "الحقوق".encode()[:-1])
    assert read(data, "article.html").text == ARTICLE
    done = diplosum("summarize", "article.html")
    assert "article.html: UTF-8, with 1 broken places, shown as \ufffd\n" in done.stderr


def test_what_stands_around_an_article_is_counted() -> None:
    Path("article.html").write_bytes(documents.page())
    done = diplosum("summarize", "article.html", "--verbose")
    assert "article.html: left out: 2 blocks of navigation, 1 page footers, 1 page headers\n" in done.stderr
    assert "left out" not in diplosum("summarize", "article.html").stderr


def test_paragraphs_that_are_not_taken_for_the_article_are_warned_of() -> None:
    comment = "وكتب أحد القراء في تعليقه على الخبر أن المحادثات تأخرت كثيرا عن موعدها."
    box = f'<div class="comments" id="comments"><div class="comment"><p>{comment}</p></div></div>'
    found = read(documents.page().replace(b"<footer>", f"{box}<footer>".encode()), "article.html")
    assert comment not in found.text
    assert found.warnings == (
        "1 paragraphs of the page, 12 words, were not taken for a part of the article; "
        "if they are, save the page as text",
    )


def test_a_date_that_is_only_written_in_the_text_is_not_the_date_of_the_page() -> None:
    data = documents.page().replace(b"article:published_time", b"x").replace(b"2024-05-06T07:08:09Z", b"x")
    assert (
        read(data.replace(b"</h1>", "</h1><p>عقد الاجتماع الأول في 3 مارس 2019.</p>".encode()), "a.html").metadata.date
        == ""
    )


def test_lists_quotations_and_cells_of_a_page_keep_their_kind() -> None:
    body = (
        f"<ul><li>{BODY[0]}</li><li>{BODY[1]}<ol><li>{BODY[2]}</li></ol></li></ul>"
        f"<blockquote><p>{BODY[3]}</p></blockquote><table><tr><td>{BODY[0]}</td><td>{BODY[1]}</td></tr></table>"
    )
    found = read(documents.page().replace(b"</article>", f"<h2>{TITLE}</h2>{body}</article>".encode()), "article.html")
    assert kinds(found)[5:] == [
        ("heading", TITLE),
        ("item", f"- {BODY[0]}"),
        ("item", f"- {BODY[1]}"),
        ("item", f"1. {BODY[2]}"),
        ("quote", f"> {BODY[3]}"),
        ("body", BODY[0]),
        ("body", BODY[1]),
    ]


@pytest.mark.parametrize(
    "trap",
    [
        '<svg><script>"سر"</script></svg>',
        "<p onclick='سر'><style>/* سر */</style></p>",
        "<noscript>سر</noscript><template>سر</template>",
        "<!-- سر --><textarea>سر</textarea>",
        "<p><script>//سر</script></p><select><option>سر</option></select>",
    ],
)
def test_scripts_and_styles_anywhere_in_a_page_are_not_read(trap: str) -> None:
    data = documents.page().replace(f"<p>{BODY[1]}".encode(), f"{trap}<p>{trap}{BODY[1]}".encode())
    assert "سر" not in read(data.replace(b"</head>", f"{trap}</head>".encode()), "article.html").text


# Word and OpenDocument


def test_what_python_docx_passes_over_is_read_and_what_was_deleted_is_not() -> None:
    made = docx.Document()
    made.add_paragraph("النص الأصلي. ")
    inserted = "<w:ins><w:r><w:t>وهذا إدراج متعقب.</w:t></w:r></w:ins>"
    made.paragraphs[0]._p.append(documents.element(inserted))
    made.paragraphs[0]._p.append(documents.element("<w:del><w:r><w:delText>محذوف</w:delText></w:r></w:del>"))
    made.element.body.insert(
        1, documents.element(f"<w:sdt><w:sdtContent><w:p><w:r><w:t>{BODY[0]}</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    made.paragraphs[0]._p.append(
        documents.element(
            f"<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{BODY[1]}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        )
    )
    made.add_comment(made.paragraphs[0].runs, text="تعليق")
    found = read(documents.saved(made), "article.docx")
    assert found.text == f"النص الأصلي. وهذا إدراج متعقب.\n\n{BODY[1]}\n\n{BODY[0]}"
    assert found.left_out == ("1 comments", "1 deleted passages")


def test_a_word_document_keeps_lists_cells_breaks_and_hidden_text_apart() -> None:
    made = docx.Document()
    made.add_paragraph(TITLE, "Title")
    made.add_paragraph(BODY[0], "List Bullet")
    made.add_paragraph(BODY[1], "List Number")
    made.add_paragraph(BODY[2], "List Number")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "عام", "2023"
    made.add_paragraph("سطر أول\nسطر ثان")
    hidden = made.paragraphs[-1].add_run("سر")
    hidden.font.hidden = True
    found = read(documents.saved(made), "article.docx")
    assert found.text == f"{TITLE}\n\n- {BODY[0]}\n1. {BODY[1]}\n2. {BODY[2]}\n\nعام\n2023\n\nسطر أول\nسطر ثان"
    assert (found.metadata.title, found.left_out) == (TITLE, ("1 hidden passages",))


def test_an_opendocument_text_keeps_lists_notes_and_text_boxes_and_leaves_out_comments() -> None:
    style = '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>'
    found = read(
        documents.odt(
            f"<text:tracked-changes><text:changed-region><text:p>محذوف</text:p></text:changed-region></text:tracked-changes>"
            f"<text:p>{BODY[0]}<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>{BODY[1]}"
            f"</text:p></text:note-body></text:note><office:annotation><text:p>تعليق</text:p></office:annotation></text:p>"
            f"<text:list text:style-name='L1'><text:list-item><text:p>{BODY[2]}</text:p></text:list-item></text:list>"
            f"<text:list><text:list-item><text:p>{BODY[3]}</text:p></text:list-item></text:list>"
            f"<text:p>سطر<text:s text:c='900000000'/>أول<text:line-break/>سطر\nثان</text:p>",
            styles=style,
        ),
        "article.odt",
    )
    assert found.text == f"{BODY[0]}\n\n1. {BODY[2]}\n- {BODY[3]}\n\nسطر أول\nسطر ثان\n\n{BODY[1]}"
    assert found.left_out == ("1 comments", "1 deleted passages")
    assert (found.metadata.title, found.metadata.date) == (TITLE, "2024-05-06")


# Books and Markdown


def test_a_book_is_read_in_the_order_of_its_spine_without_its_table_of_contents() -> None:
    found = read(documents.epub([f"<p>{line}</p>" for line in BODY]), "book.epub")
    assert found.text == "\n\n".join(BODY)
    assert (found.metadata.origin, found.metadata.date) == ("دار الاختبار", "2024-05-06")
    assert found.left_out == ("1 tables of contents",)


def test_a_book_with_copy_protection_is_refused() -> None:
    lock = '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'
    message = refusal(documents.epub(more={"META-INF/encryption.xml": lock}), "book.epub")
    assert message == "book.epub: is encrypted by its publisher\n  ask for an edition without copy protection"


def test_markdown_keeps_its_structure_and_the_text_of_its_links() -> None:
    text = f"""---
title: "{TITLE}"
date: 2024-05-06
---
## {TITLE}
{BODY[0]}
[{BODY[1]}](http://127.0.0.1/x) **و**`س`

- {BODY[2]}
  1. {BODY[3]}

> {BODY[0]}

```
كود لا يقرأ
```
| عام | 2023 |
|---|---|
| ![صورة](x.png) شهر | 5 |

<div dir="rtl">{BODY[1]}<script>سر</script></div>
"""
    found = read(text.encode(), "article.md")
    assert kinds(found) == [
        ("heading", TITLE),
        ("body", f"{BODY[0]} {BODY[1]} وس"),
        ("item", f"- {BODY[2]}"),
        ("item", f"1. {BODY[3]}"),
        ("quote", f"> {BODY[0]}"),
        *(("body", cell) for cell in ("عام", "2023", "شهر", "5")),
        ("body", BODY[1]),
    ]
    assert found.left_out == ("1 blocks of code", "1 pictures")
    assert (found.metadata.title, found.metadata.date) == (TITLE, "2024-05-06")


def test_a_quotation_stays_one_in_markdown_that_is_written(marian: str) -> None:
    Path("a.md").write_text(f"# {TITLE}\n\n> {BODY[0]}\n\n- {BODY[1]}\n", "utf-8")
    done = diplosum("translate", "a.md", "--model", marian, "--format", "markdown", "--quiet")
    assert f"### {PAIRS[0].target}\n\n> {PAIRS[1].target}\n\n- {PAIRS[2].target}\n" in done.stdout


# PDF


@pytest.mark.parametrize("logical", [True, False])
@pytest.mark.parametrize("forms", [True, False])
def test_a_line_reads_alike_however_a_program_wrote_it(*, logical: bool, forms: bool) -> None:
    line = "اجتمع 14 عضوا من 3 دول عام 2024 في موسكو والمنامة."
    assert read(documents.arabic_pdf([line], logical=logical, forms=forms), "a.pdf").text == line


def test_wrapped_lines_are_joined_and_paragraphs_are_not() -> None:
    lines = ["وصل الوزير إلى موسكو في زيارة", "رسمية تستمر يومين كاملين.", "ويضم الوفد أربعة عشر عضوا و", "14 خبيرا."]
    assert read(documents.arabic_pdf(lines, logical=True), "a.pdf").text == (
        "وصل الوزير إلى موسكو في زيارة رسمية تستمر يومين كاملين. ويضم الوفد أربعة عشر عضوا و14 خبيرا."
    )
    short = ["وصل الوزير إلى موسكو في زيارة", "رسمية.", "ويضم الوفد أربعة عشر عضوا من", "عدة وزارات."]
    assert read(documents.arabic_pdf(short, logical=True), "a.pdf").text.split("\n\n") == [
        "وصل الوزير إلى موسكو في زيارة رسمية.",
        "ويضم الوفد أربعة عشر عضوا من عدة وزارات.",
    ]


def test_a_page_that_is_a_picture_is_refused_with_its_number() -> None:
    assert refusal(documents.pdf(b"0 0 99 99 re f"), "a.pdf") == (
        "a.pdf: page 1 is a picture without text\n  its text has to be recognised first: ocrmypdf -l ara IN.pdf OUT.pdf"
    )


def test_one_picture_among_pages_is_warned_of() -> None:
    Path("scan.pdf").write_bytes(documents.pdf(b"0 0 99 99 re f"))
    made = pypdf.PdfWriter()
    made.append(DATA / "libreoffice.pdf")
    made.append("scan.pdf")
    made.write("mixed.pdf")
    done = diplosum("summarize", "mixed.pdf")
    assert done.exit_code == 0
    assert "mixed.pdf: page 3 is a picture without text: what they say is not read" in done.stderr


def test_an_encrypted_pdf_is_refused_unless_anybody_may_open_it() -> None:
    for password in ("", "geheim"):
        made = pypdf.PdfWriter(clone_from=DATA / "libreoffice.pdf")
        made.encrypt(password, owner_password="owner", algorithm="RC4-128")  # noqa: S106 - it guards nothing
        made.write(f"locked{password}.pdf")
    assert read(Path("locked.pdf").read_bytes(), "locked.pdf").text.startswith(TITLE)
    message = refusal(Path("lockedgeheim.pdf").read_bytes(), "lockedgeheim.pdf")
    assert message == "lockedgeheim.pdf: is encrypted\n  save it without its password: qpdf --decrypt"


def glyph_row(text: str, left: float, baseline: float) -> list[glyphs.Glyph]:
    """Arabic letters 5 points wide, their first at the right."""
    seen = text[::-1]
    return [
        glyphs.Glyph(sign, left + 5 * place, left + 5 * place, left + 5 * place + 5, baseline, 10)
        for place, sign in enumerate(seen)
        if sign != " "
    ]


def test_columns_are_read_one_after_the_other_from_the_right() -> None:
    page = [
        glyph
        for row in range(6)
        for left in (0, 200)
        for glyph in glyph_row(f"سطر رقم هنا{'اب'[left > 0]}", left, 100 - 15 * row)
    ]
    read_ = [line.text[-1] for line in glyphs.lines(page)]
    assert read_ == ["ب"] * 6 + ["ا"] * 6


def test_brackets_are_turned_only_where_a_page_has_them_the_wrong_way() -> None:
    wrong = ["قال »نعم« ثم )لا(", "في ]الأول[ من الشهر"]
    right = ["قال «نعم» ثم (لا)", "في [الأول] من الشهر"]
    assert glyphs.turned(wrong) == right
    assert glyphs.turned(right) == right


# Hostile documents

LAUGHS = '<!DOCTYPE x [<!ENTITY a "هههههههههه">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "entities.odt": (documents.odt("<text:p>&i;</text:p>", LAUGHS + "]>"), "is damaged: content.xml: Maximum entity"),
    "other-file.odt": (
        documents.odt(f"<text:p>{BODY[0]}&x;</text:p>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "defines entities of its own in content.xml, which only hostile files do",
    ),
    "bomb.odt": (
        documents.archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b" " * 201_000_000}),
        "unpacks to more than 200 MB or 10,000 files",
    ),
    "part.docx": (
        documents.archive({"word/document.xml": b" " * 31_000_000}),
        "has more than 30 MB of text in word/document.xml",
    ),
    "files.epub": (
        documents.archive(dict.fromkeys(["META-INF/container.xml", *map(str, range(10_001))], "")),
        "unpacks to more than 200 MB or 10,000 files",
    ),
    "deep.odt": (
        documents.odt("<text:section>" * 300 + "</text:section>" * 300),
        "is damaged: content.xml: Excessive depth",
    ),
    "deep.html": (b"<html><body>" + b"<div>" * 50_000 + BODY[0].encode(), "is nested too deeply to be read"),
    "deep.md": ((">" * 5_000 + BODY[0]).encode(), "is nested too deeply to be read"),
    "wide.html": (b"<html><body>" + b"<p>x</p>" * 2_500_001, "is a page of more than 20 MB"),
    "cut.docx": (documents.word()[:9_000], "is damaged: File is not a zip file"),
    "cut.pdf": ((DATA / "libreoffice.pdf").read_bytes()[:9_000], "is damaged, and no page of it can be read"),
    "objects.pdf": (documents.pdf(b"0 0 1 1 re f\n" * 1_000_000), "page 1 is a picture without text"),
    "letters.pdf": (
        documents.pdf(
            b"BT /F 1 Tf\n" + b"(abcdefghij) Tj\n" * 10_001 + b"ET",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            resources=b"/Font<</F 5 0 R>>",
        ),
        "has more than 100,000 letters on page 1",
    ),
    "empty.html": (b"<html><body></body></html>", "has no text to read"),
    "empty.docx": (documents.saved(docx.Document()), "has no text to read"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_document_is_refused_within_bounds(name: str) -> None:
    data, message = HOSTILE[name]
    Path(name).write_bytes(data)
    done = diplosum("summarize", name)
    assert (done.exit_code, done.stdout) == (ExitCode.INPUT, "")
    assert f"diplosum: {name}: {message}" in done.stderr


def test_a_file_of_200_mb_is_refused_after_half_of_it() -> None:
    with Path("large.txt").open("wb") as file:
        file.truncate(200_000_000)
    done = diplosum("summarize", "large.txt")
    assert done.exit_code == ExitCode.INPUT
    assert "large.txt: is larger than 100 MB" in done.stderr


def test_a_reader_that_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("endless.py").write_text("def read(data):\n    while True:\n        pass\n", "utf-8")
    Path("large.py").write_text("def read(data):\n    return bytes(10**12)\n", "utf-8")
    Path("crash.py").write_text("import os\ndef read(data):\n    os.abort()\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr(confinement, "SECONDS", 0.2)
    monkeypatch.setattr(confinement, "_PATIENCE", 5)
    messages = {
        "endless": "this Test takes too long to read",
        "large": "takes too much memory to read",
        "crash": "this Test takes more than 0.2 s or 2 GB to read, or breaks its reader",
        "not_installed": "not_installed is needed to read Test, and is not installed",
    }
    for module, message in messages.items():
        with pytest.raises(InputError) as caught:
            confinement.extract(readers.Reader("Test", module, (".test",)), b"", "a.test")
        assert caught.value.message == message
    assert caught.value.hint == "pip install 'diplosum[documents]'"


def test_what_lies_in_the_working_folder_is_not_imported() -> None:
    for name in ("lxml.py", "json.py", "trafilatura.py", "docx.py"):
        Path(name).write_text("raise SystemExit('imported from the working folder')\n", "utf-8")
    Path("article.html").write_bytes(documents.page())
    command = [sys.executable, "-P", "-m", "diplosum", "summarize", "article.html", "--quiet", "--sentences", "1"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own interpreter
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address of this machine, and a list of who called there."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                caller, address = server.accept()
                caller.close()
                if calls == ["the end"]:
                    return
                calls.append(address)

        thread = threading.Thread(target=listen)
        thread.start()
        address = server.getsockname()
        yield f"http://{address[0]}:{address[1]}", calls
        calls[:] = ["the end"]
        socket.create_connection(address).close()
        thread.join()


def test_no_document_makes_a_reader_call_anybody(listener: tuple[str, list[object]]) -> None:
    address, calls = listener
    outside = f'<img src="{address}/i"><link rel="stylesheet" href="{address}/c"><iframe src="{address}/f"></iframe>'
    head = f'<base href="{address}/"><meta http-equiv="refresh" content="0;url={address}"></head>'
    page = documents.page().replace(b"</h1>", f"</h1>{outside}".encode()).replace(b"</head>", head.encode())
    assert read(page, "a.html").text == ARTICLE
    assert read(documents.epub([f"<p>{BODY[0]}</p>{outside}"]), "a.epub").text == BODY[0]
    read(f"![x]({address}) [{BODY[0]}]({address})".encode(), "a.md")
    system = f'<!DOCTYPE x SYSTEM "{address}/dtd" [<!ENTITY x SYSTEM "{address}/entity">]>'
    refusal(documents.odt(f"<text:p>{BODY[0]}&x;</text:p>", system), "a.odt")
    assert calls == []


def test_a_confined_process_has_no_sockets() -> None:
    program = "from diplosum.readers.confinement import confine; confine(); import socket; socket.socket()"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as above
    assert done.stderr.endswith("PermissionError: a document is read without the network\n")


# What readers give


def test_blocks_become_paragraphs_and_headings_are_known() -> None:
    content = Content()
    content.add("heading", " عنوان\nطويل ")
    content.add("item", "أول", "- ")
    content.add("item", "ثان\nسطر", "10. ")
    content.add("body", "  \n ")
    content.add("quote", "قول\nقول")
    assert content.text() == ("عنوان طويل\n\n- أول\n10. ثان\n    سطر\n\n> قول\n> قول", ((0, 10),))
    assert Content.of(json.loads(json.dumps(content.record()))).text() == content.text()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06"),
        ("D:20240506070809+03'00'", "2024-05-06"),
        ("2024-05-06", "2024-05-06"),
        ("2024-13-06", ""),
        ("2024", ""),
        ("أمس", ""),
    ],
)
def test_a_date_is_a_day_or_nothing(written: str, day: str) -> None:
    assert iso_date(written) == day
