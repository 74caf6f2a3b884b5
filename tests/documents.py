"""Documents of every format with the same article in them, made by hand or by python-docx, and hostile ones."""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import docx
from checkpoints import PAIRS
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

TITLE = PAIRS[0].source
BODY = tuple(pair.source for pair in PAIRS[1:5])
ENGLISH = "\n\n".join(pair.target for pair in PAIRS[:5])
ARTICLE = "\n\n".join((TITLE, *BODY))

PAGE = f"""<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="CHARSET"><title>{TITLE} - صحيفة</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="صحيفة الاختبار">
<meta property="article:published_time" content="2024-05-06T07:08:09Z">
<style>body {{ color: black }}</style><script>var text = "سر لا يقرأ";</script></head>
<body><header><a href="/">صحيفة الاختبار</a></header>
<nav><ul><li><a href="/a">الرئيسية</a></li><li><a href="/b">سياسة</a></li></ul></nav>
<article><h1>{TITLE}</h1>{"".join(f"<p>{line}</p>" for line in BODY)}</article>
<footer><p>جميع الحقوق محفوظة</p></footer><script>document.write("سر")</script></body></html>
"""
MARKDOWN = f"# {TITLE}\n\n{BODY[0]}\n\n{BODY[1]}\n\n{BODY[2]}\n\n{BODY[3]}\n"


def page(charset: str = "utf-8", codec: str = "utf-8") -> bytes:
    """A saved web page."""
    return PAGE.replace("CHARSET", charset).encode(codec)


def word() -> bytes:
    """A Word document."""
    made = docx.Document()
    made.core_properties.title = TITLE
    made.add_heading(TITLE, 1)
    for line in BODY:
        made.add_paragraph(line)
    return saved(made)


def saved(document: object) -> bytes:
    """Give the bytes of a document of python-docx."""
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]  # python-docx's class is not exported
    return file.getvalue()


def element(markup: str) -> object:
    """Make an element of WordprocessingML."""
    return parse_xml(markup.replace(">", f" {nsdecls('w')}>", 1))


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Make a ZIP archive; the file ``mimetype`` is stored as it is."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
    return file.getvalue()


_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "text", "table", "style", "drawing", "meta")
)


def odt(body: str = "", declarations: str = "", styles: str = "") -> bytes:
    """An OpenDocument text; its article unless another body is given."""
    body = body or f"<text:h text:outline-level='1'>{TITLE}</text:h>" + "".join(
        f"<text:p>{line}</text:p>" for line in BODY
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<?xml version='1.0'?>{declarations}<office:document-content {_SPACES}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {_SPACES} xmlns:dc='http://purl.org/dc/elements/1.1/'><office:meta>"
            f"<dc:title>{TITLE}</dc:title><meta:creation-date>2024-05-06T07:08:09</meta:creation-date>"
            "</office:meta></office:document-meta>",
        }
    )


def epub(chapters: Sequence[str] = (), more: Mapping[str, str] | None = None) -> bytes:
    """A book, each chapter a page of XHTML; the spine runs against the order of the names."""
    chapters = chapters or (f"<h1>{TITLE}</h1><p>{BODY[0]}</p>", "".join(f"<p>{line}</p>" for line in BODY[1:]))
    names = [f"part{len(chapters) - number}.xhtml" for number in range(len(chapters))]
    items = "".join(f'<item id="i{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in sorted(names))
    spine = "".join(f'<itemref idref="i{name}"/>' for name in ["nav", *names])
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{TITLE}</dc:title>'
            "<dc:publisher>دار الاختبار</dc:publisher><dc:date>2024-05-06</dc:date></metadata><manifest>"
            f'<item id="inav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>'
            f"<spine>{spine}</spine></package>",
            "OEBPS/nav.xhtml": "<html><body><nav><a href='part1.xhtml'>فهرس الكتاب</a></nav></body></html>",
            **{
                f"OEBPS/{name}": '<?xml version="1.0" encoding="utf-8"?><html><head><title>x</title></head>'
                f"<body>{body}</body></html>"
                for name, body in zip(names, chapters, strict=True)
            },
            **(more or {}),
        }
    )


def pdf(content: bytes, *more: bytes, resources: bytes = b"") -> bytes:
    """A PDF of one page with this program; further objects count from 5."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<" + resources + b">>>>",
        stream(content),
        *more,
    ]
    made, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end


def stream(data: bytes) -> bytes:
    """An object with data, compressed."""
    packed = zlib.compress(data)
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)


def arabic_pdf(lines: Sequence[str], *, logical: bool, forms: bool = False) -> bytes:
    """A PDF whose letters have codes of their own and a table of what they mean.

    ``logical``: each line is written from its beginning, right to left; else from left to right, as it is seen.
    ``forms``: the table names presentation forms, as some programs' do. Letters are 10 points wide.
    """
    signs = sorted(set("".join(lines)))
    codes = {sign: number + 33 for number, sign in enumerate(signs)}
    meanings = {sign: _form(sign) if forms else sign for sign in signs}
    table = b"".join(
        b"<%02X> <%s>\n" % (codes[sign], meanings[sign].encode("utf-16-be").hex().encode()) for sign in signs
    )
    program = b"BT /F 12 Tf\n"
    for row, line in enumerate(lines):
        places = list(zip(_seen(line), range(550 - 10 * len(line), 550, 10), strict=True))
        for sign, place in places[::-1] if logical else places:
            program += b"1 0 0 1 %d %d Tm <%02X> Tj\n" % (place, 700 - 20 * row, codes[sign])
    widths = b" ".join([b"833"] * len(signs))
    return pdf(
        program + b"ET",
        b"<</Type/Font/Subtype/TrueType/BaseFont/Sample/FirstChar 33/LastChar %d/Widths[%s]/ToUnicode 6 0 R>>"
        % (32 + len(signs), widths),
        stream(
            b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
            b"%d beginbfchar\n%sendbfchar endcmap end" % (len(signs), table)
        ),
        resources=b"/Font<</F 5 0 R>>",
    )


def _seen(line: str) -> str:
    """A line as it stands on paper from left to right: numbers turned back; nothing else in it is Latin."""
    words = [word[::-1] if any(sign > "\u0600" for sign in word) else word for word in line.split(" ")]
    return " ".join(words[::-1])


def _form(sign: str) -> str:
    """Some presentation form of a letter."""
    return {"ا": "\ufe8e", "ل": "\ufedf", "و": "\ufeee", "م": "\ufee3", "ي": "\ufef4", "ن": "\ufee6"}.get(sign, sign)
