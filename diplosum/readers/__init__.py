"""Formats other than plain text, each read by a module of this package: the table, and how a format is known.

A reader is a module with ``read(data: bytes) -> Content``. It runs in a process of its own: see ``confinement``.
To add a format, write its module and add a row.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """A row of the table. ``is_text``: the reader gets UTF-8, whatever the encoding of the file, which it may name.

    ``signs`` are found in the first bytes of a file of this format, ``inside`` further on, where those are not enough.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    is_text: bool = False
    names_encoding: bool = False
    signs: re.Pattern[bytes] | None = None
    inside: tuple[bytes, ...] = ()


_START = 4096  # bytes that are searched for signs
_ZIP = re.compile(rb"PK\x03\x04")
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)

_VTT = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT\s")
_SRT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\d+[ \t]*\r?\n\d+:\d\d:\d\d[,.]\d+[ \t]*-->")

READERS = (
    # A PDF may begin with something else; its programs look for the mark in the first kilobyte.
    Reader("PDF", "diplosum.readers.pdf", (".pdf",), signs=re.compile(rb".{0,1024}?%PDF-\d", re.DOTALL)),
    Reader("EPUB", "diplosum.readers.epub", (".epub",), signs=_ZIP, inside=(b"META-INF/container.xml",)),
    Reader("DOCX", "diplosum.readers.docx", (".docx",), signs=_ZIP, inside=(b"word/document",)),
    Reader("ODT", "diplosum.readers.odt", (".odt",), signs=_ZIP, inside=(b"opendocument.text",)),
    Reader(
        "HTML", "diplosum.readers.html", (".html", ".htm", ".xhtml"), is_text=True, names_encoding=True, signs=_HTML
    ),
    Reader("Markdown", "diplosum.readers.markdown", (".md", ".markdown"), is_text=True),
    # Read in this process: their cues are needed again when the result is written.
    Reader("SubRip", "diplosum.subtitles", (".srt",), is_text=True, signs=_SRT),
    Reader("WebVTT", "diplosum.subtitles", (".vtt",), is_text=True, signs=_VTT),
)
SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.suffixes)


def find(suffix: str, data: bytes) -> Reader | None:
    """Find the reader for a file, None for plain text.

    What the bytes say goes before the suffix; but a text that the suffix calls plain, or Markdown, is taken at its
    word.
    """
    named = next((reader for reader in READERS if suffix.lower() in reader.suffixes), None)
    start = data[:_START]
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:  # UTF-16: the signs are ASCII
        start = start.replace(b"\0", b"")[2:]
    told = suffix.lower() == ".txt" or (named is not None and named.is_text)
    for reader in READERS:
        if reader.signs and reader.signs.match(start) and not (reader.is_text and told):
            if reader.inside and not any(name in data for name in reader.inside):
                continue
            return reader
    return named if named is not None and named.is_text else None
