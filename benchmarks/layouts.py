"""The samples as documents: LibreOffice and Chromium make them, from one layout each, for benchmarks/documents.py."""

import html
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diplosum.document import parse
from diplosum.source import expand, read

_FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>{title}</dc:title><meta:creation-date>2024-05-06T07:08:09</meta:creation-date></office:meta>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties style:writing-mode="rl-tb"/>
<style:text-properties style:font-name-complex="{font}" style:font-family-complex="{font}" fo:font-family="{font}"
 style:font-size-complex="12pt" style:language-complex="ar" style:country-complex="SA"/></style:default-style>
<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph">
<style:paragraph-properties fo:text-align="{align}" fo:margin-bottom="0.25cm" style:writing-mode="rl-tb"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
 style:default-outline-level="1"><style:paragraph-properties style:writing-mode="rl-tb" fo:text-align="start"
 fo:margin-bottom="0.4cm"/><style:text-properties style:font-size-complex="20pt" style:font-weight-complex="bold"/>
</style:style>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:default-outline-level="2"><style:paragraph-properties style:writing-mode="rl-tb" fo:text-align="start"
 fo:margin-top="0.4cm" fo:margin-bottom="0.2cm"/><style:text-properties style:font-size-complex="15pt"
 style:font-weight-complex="bold"/></style:style></office:styles>
<office:automatic-styles><style:page-layout style:name="page"><style:page-layout-properties fo:page-width="21cm"
 fo:page-height="29.7cm" fo:margin="2cm" style:writing-mode="rl-tb">{columns}</style:page-layout-properties>
<style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page">
<style:header><text:p>نشرة تجريبية</text:p></style:header>
<style:footer><text:p>صفحة <text:page-number text:select-page="current"/></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>
"""
_COLUMNS = '<style:columns fo:column-count="2" fo:column-gap="0.8cm"/>'
_PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>
<meta property="article:published_time" content="2024-05-06T07:08:09Z">
<meta property="og:site_name" content="نشرة تجريبية">
<style>body {{ font-family: "{font}"; font-size: 12pt; line-height: 1.6; text-align: {align} }}
main {{ column-count: {columns} }} @media print {{ nav, aside, footer {{ display: none }} }}</style></head>
<body><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/s">سياسة</a></li>
<li><a href="/e">اقتصاد</a></li></ul></nav>
<main><article>{body}</article></main>
<aside><h3>الأكثر قراءة</h3><ul><li><a href="/1">خبر أول</a></li><li><a href="/2">خبر ثان</a></li></ul></aside>
<footer><p>جميع الحقوق محفوظة</p></footer></body></html>
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document looks. ``align`` in the words of CSS."""

    name: str
    font: str
    align: str
    columns: int = 1


LAYOUTS = (
    Layout("naskh", "Noto Naskh Arabic", "start"),
    Layout("sans", "Noto Sans Arabic", "justify"),
    Layout("dejavu", "DejaVu Sans", "start"),
    Layout("columns", "Noto Naskh Arabic", "justify", columns=2),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, and its lines with whether each is a heading."""

    name: str
    lines: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(line for line, _ in self.lines)


def samples(folder: Path) -> Iterator[Sample]:
    """Read the texts of a folder."""
    for given in expand([str(folder)]):
        text = read(given).text
        lines = ((text[each.start : each.end], each.kind == "heading") for each in parse(text).paragraphs)
        yield Sample(given.relative.stem, tuple(lines))


def write(sample: Sample, layout: Layout, folder: Path) -> tuple[Path, Path]:
    """Write a text as flat OpenDocument and as a web page."""
    lines = [
        (html.escape(line), heading, 1 if position == 0 else 2) for position, (line, heading) in enumerate(sample.lines)
    ]
    values = {"title": lines[0][0], "font": layout.font, "align": layout.align}
    odt = "".join(
        f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{line}</text:h>'
        if heading
        else f'<text:p text:style-name="Text_20_body">{line}</text:p>'
        for line, heading, level in lines
    )
    page = "".join(
        f"<h{level}>{line}</h{level}>\n" if heading else f"<p>{line}</p>\n" for line, heading, level in lines
    )
    flat = folder / f"{sample.name}.{layout.name}.fodt"
    flat.write_text(_FODT.format(**values, body=odt, columns=_COLUMNS if layout.columns > 1 else ""), "utf-8")
    web = folder / f"{sample.name}.{layout.name}.html"
    web.write_text(_PAGE.format(**values, body=page, columns=layout.columns), "utf-8")
    return flat, web


def convert(files: list[Path], suffix: str, folder: Path) -> None:
    """Convert flat OpenDocument with LibreOffice, under a profile of its own."""
    profile = (folder / "profile").absolute().as_uri()
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        suffix,
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True)  # noqa: S603 - a program of the system


def print_page(page: Path, pdf: Path) -> None:
    """Print a web page with Chromium, date and address in its margins as in any browser."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={pdf.parent / 'chromium'}"]
    command += [f"--print-to-pdf={pdf}", page.absolute().as_uri()]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a program of the system
