"""A result as one web page that needs nothing else: no script, no other file, no network; for the screen and for paper.

Each sentence is a row of a table, so that both languages stay level; its number is a link to itself, which the
keyboard reaches and others can cite. Everything that is not written in this file is escaped, and a content security
policy in the page forbids scripts and every request.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import chain, groupby, zip_longest

from diplosum import __version__
from diplosum.finding import Severity
from diplosum.remarks import Remark
from diplosum.render import Page
from diplosum.spread import ARABIC_WORDS, COLUMNS, LABELS, Part, Piece, Row, Side, Spread, ranges, spread
from diplosum.spread import language as language_of

_MEANING: dict[Severity, str] = {
    "fail": "differs from the source, or is missing",
    "warn": "probably differs",
    "note": "worth a look where it matters",
}
_FEW = 3  # sentences that are linked one by one


def html(page: Page) -> str:
    """Render as a self-contained page of HTML."""
    shown = spread(page)
    style = resources.files("diplosum").joinpath("assets/report.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en" dir="ltr">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f'<meta name="generator" content="diplosum {__version__}">',
            f"<title>{escape(shown.title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            f'<a class="skip" href="#{shown.parts[-1].name}">Skip to the {shown.parts[-1].name}</a>',
            *_header(shown),
            "<main>",
            *(line for part in shown.parts for line in _part(part, shown)),
            "</main>",
            *_footer(shown),
            "</body>",
            "</html>",
            "",
        ]
    )


def _header(shown: Spread) -> Iterator[str]:
    yield "<header>"
    yield f"<h1{_attributes(language_of(shown.title, 'ar'))}>{escape(shown.title)}</h1>"
    if shown.subtitle:
        yield f'<p class="subtitle" lang="en">{escape(shown.subtitle)}</p>'
    yield '<dl class="facts">'
    for name, value in shown.facts:
        yield f"<div><dt>{name}</dt><dd><bdi>{_linked(value)}</bdi></dd></div>"
    yield "</dl>"
    yield from _checks(shown)
    yield "</header>"


def _checks(shown: Spread) -> Iterator[str]:
    """List which sentences have remarks: by severity, each a link."""
    links: dict[Severity, list[str]] = {}
    for part in shown.parts:
        for number, row in enumerate(part.rows, 1):
            word = f"{part.name} " if part.name == "summary" else ""
            for severity in dict.fromkeys(remark.severity for remark in row.remarks):
                links.setdefault(severity, []).append(f'<a href="#{part.name}-{number}">{word}{number}</a>')
    if not links:
        return
    yield '<section class="checks" aria-labelledby="checks">'
    yield '<h2 id="checks">Sentences to check</h2>'
    yield "<dl>"
    for severity, label in LABELS.items():
        if severity in links:
            term = f"{_badge(severity, label)} <span>{_MEANING[severity]}</span>"
            yield f"<div><dt>{term}</dt><dd>{', '.join(links[severity])}</dd></div>"
    yield "</dl>"
    yield "</section>"


def _part(part: Part, shown: Spread) -> Iterator[str]:
    if not part.rows:
        return
    yield f'<section id="{part.name}" aria-labelledby="{part.name}-title">'
    yield f'<h2 id="{part.name}-title">{part.title}</h2>'
    # The roles are those that the elements have already; browsers forget them where a narrow page stacks the cells.
    # A table of Arabic alone begins at the right.
    kind = f'class="columns-{len(part.languages)}"' + (' dir="rtl"' if part.languages == ("ar",) else "")
    yield f'<table role="table" {kind} aria-labelledby="{part.name}-title">'
    yield '<thead role="rowgroup">'
    headings = "".join(f'<th role="columnheader" scope="col">{COLUMNS[language]}</th>' for language in part.languages)
    yield f'<tr role="row"><th role="columnheader" scope="col"><bdi>No.</bdi></th>{headings}</tr>'
    yield "</thead>"
    numbered = enumerate(part.rows, 1)
    # A summary is one group; of a document every paragraph is one, which paper and the eye keep together.
    for _, rows in groupby(numbered, key=lambda pair: part.name != "summary" and pair[1].paragraph):
        yield '<tbody role="rowgroup">'
        for number, row in rows:
            # The last part of a page is the document, sentence by sentence: what a summary is made of.
            origin = _origin(row, shown.parts[-1].name) if part.name == "summary" else ""
            yield from _row(f"{part.name}-{number}", number, row, origin)
        yield "</tbody>"
    yield "</table>"
    yield "</section>"


def _row(anchor: str, number: int, row: Row, origin: str) -> Iterator[str]:
    yield f'<tr role="row" id="{anchor}" class="{row.kind}">'
    yield f'<th role="rowheader" scope="row"><a href="#{anchor}" aria-label="Sentence {number}">{number}</a></th>'
    under = _remarks(row.remarks) + _terms(row.terms) + origin
    cells: list[tuple[str, Side | None]] = [("english", row.english), ("arabic", row.arabic)]
    for name, side in cells:
        if side is not None:
            yield f'<td role="cell" class="{name}">{_sentence(side, row)}{under}</td>'
            under = ""
    yield "</tr>"


def _sentence(side: Side, row: Row) -> str:
    # A heading is one to a screen reader once, in English where there is any.
    tag = "h3" if row.kind == "heading" and (side is row.english or row.english is None) else "p"
    kind = ' class="missing"' if side.missing else ""
    return f"<{tag}{_attributes(side.language)}{kind}>{''.join(_piece(piece, side) for piece in side.pieces)}</{tag}>"


def _piece(piece: Piece, side: Side) -> str:
    text = _isolated(piece.text) if side.language != "ar" else escape(piece.text)
    return f'<mark class="{piece.highlight}">{text}</mark>' if piece.highlight else text


def _remarks(remarks: Iterable[Remark]) -> str:
    items = [
        f"<li>{_badge(remark.severity, LABELS[remark.severity])} {_isolated(remark.message)}</li>" for remark in remarks
    ]
    return f'<ul class="remarks" dir="ltr">{"".join(items)}</ul>' if items else ""


def _terms(terms: Sequence[tuple[str, str]]) -> str:
    items = [f'<li><bdi lang="ar">{escape(arabic)}</bdi> {escape(english)}</li>' for arabic, english in terms]
    return f'<ul class="terms" aria-label="Terms of the glossary">{"".join(items)}</ul>' if items else ""


def _origin(row: Row, document: str) -> str:
    """Say which sentences of the document a sentence of a summary stands for."""
    word = "sentence" if len(row.sources) == 1 else "sentences"
    where = ranges(row.sources)
    if len(row.sources) <= _FEW:
        where = ", ".join(f'<a href="#{document}-{position + 1}">{position + 1}</a>' for position in row.sources)
    return f'<p class="origin" dir="ltr">From {word} {where}</p>'


def _badge(severity: Severity, label: str) -> str:
    return f'<strong class="badge {severity}">{label}</strong>'


def _isolated(text: str) -> str:
    """Escape an English text; Arabic words in it are set apart, else those of a list would change places."""
    pieces = ARABIC_WORDS.split(text)
    arabic = [f'<bdi lang="ar">{word}</bdi>' for word in ARABIC_WORDS.findall(text)]
    return "".join(chain.from_iterable(zip_longest(map(escape, pieces), arabic, fillvalue="")))


def _attributes(language: str) -> str:
    return {"ar": ' lang="ar" dir="rtl"', "en": ' lang="en" dir="ltr"', "": ' dir="auto"'}[language]


def _linked(value: str) -> str:
    text = escape(value)
    return f'<a href="{text}" rel="noreferrer">{text}</a>' if value.startswith(("https://", "http://")) else text


def _footer(shown: Spread) -> Iterator[str]:
    yield "<footer>"
    yield "<h2>How this was made</h2>"
    for model in shown.models:
        yield '<dl class="facts">'
        for name, value in model:
            yield f"<div><dt>{name}</dt><dd><bdi>{escape(value)}</bdi></dd></div>"
        yield "</dl>"
    yield "<h3>Signature</h3>"
    for signature in shown.signatures:
        yield f"<p><code>{escape(signature)}</code></p>"
    yield "</footer>"
