"""A path, a folder or standard input -> Source: :func:`expand` finds the inputs, :func:`read` reads one of them."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from diplosum import readers, subtitles
from diplosum.encoding import SINGLE_BYTE, Reading, declared, detect, is_damaged_utf_8, named
from diplosum.errors import InputError
from diplosum.finding import Span
from diplosum.readers import Reader
from diplosum.subtitles import Subtitles

_SAVE_AS_TEXT = "open {file} in the program that made it and save it as plain text (UTF-8)"
_RECOGNISE = "its text has to be recognised first: tesseract {file} article -l ara"
# How files begin that are mistaken for text, what they are, and what makes text of them.
_FORMATS = (
    (b"PK\x03\x04", "a ZIP archive and no DOCX, ODT or EPUB", _SAVE_AS_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _SAVE_AS_TEXT),
    (b"{\\rtf", "an RTF document", _SAVE_AS_TEXT),
    (b"\x1f\x8b", "a gzip archive", "unpack it first: gunzip {file}"),
    (b"\x89PNG\r\n", "a PNG image", _RECOGNISE),
    (b"\xff\xd8\xff", "a JPEG image", _RECOGNISE),
    (b"GIF8", "a GIF image", _RECOGNISE),
)
LARGEST = 100_000_000  # bytes; as plain text that is fifty novels, whose sentences alone take gigabytes
_BINARY = "diplosum reads plain text: save the article as a .txt file in UTF-8"
_NOT_ARABIC = "diplosum reads Arabic; if this should be Arabic, it was once saved in a wrong encoding"
_LEAVE_OUT = "leave out --encoding to have the encoding detected"
_BROKEN = "\ufffd"
_PAGES = (".html", ".htm", ".xhtml")
_SUFFIXES = (".txt", *readers.SUFFIXES)
_ARABIC_LETTER = re.compile(
    "[\u0620-\u064a\u066e-\u066f\u0671-\u06d3\u06ee-\u06ff\u0750-\u077f\u08a0-\u08c7\ufb50-\ufdfc\ufe70-\ufefc]"
)


@dataclass(frozen=True, slots=True)
class Input:
    """A place to read from; whether it can be read, :func:`read` finds out."""

    path: Path | None  # None: standard input
    name: str  # for people; printable even where the path is not
    relative: Path  # below the folder that was named, or the file's own name; unique, even without the suffix


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of its text: title, date as ISO 8601 where it can be told, and where it was published."""

    title: str = ""
    date: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A plain text exactly as in its file, line ends included, but for the byte order mark; of a document its text.

    ``headings`` are the spans that a document calls headings; without any, they are guessed from the text.
    ``left_out`` names what was not read, a phrase each, and ``warnings`` what the reader was not sure of.
    """

    name: str
    text: str
    encoding: str  # empty where the format has none of its own to choose
    reason: str  # for this encoding, as a phrase that begins with it, or the format
    metadata: Metadata = Metadata()
    format: str = "text"
    headings: tuple[Span, ...] = ()
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    subtitles: Subtitles | None = None


def expand(arguments: Sequence[str]) -> Iterator[Input]:
    """Files as named, folders as the texts and documents below them, ``-`` or nothing as standard input; each once.

    Left out below a folder are hidden files and folders, links to folders, files called README, and the folders that
    browsers save beside a page. Nothing is refused here: what is missing, has no text files or cannot be listed comes
    out as an Input too, and :func:`read` says what is wrong.
    """
    seen: set[str] = set()
    taken: set[str] = set()
    for argument in arguments or ("-",):
        for path, relative in _found(argument):
            place = "-" if path is None else os.path.realpath(path)
            if place not in seen:
                seen.add(place)
                name = "standard input" if path is None else argument and str(path)
                yield Input(path, _printable(name), _unique(relative, taken))


def read(given: Input, encoding: str | None = None, stdin: BinaryIO | None = None) -> Source:
    """Read and decode one input, by the name of its encoding or else by detection. Raises InputError.

    ``stdin`` stands in for the standard input of the process.
    """
    told = None if encoding is None else named(encoding)
    data = _bytes(given, stdin)
    if reader := readers.find(given.path.suffix if given.path else "", data):
        read_by = _cues if reader.name in subtitles.FORMS else _document
        return read_by(reader, data, given.name, told)
    for start, kind, hint in _FORMATS:
        if data.startswith(start):
            raise InputError(f"is {kind}, not text", where=given.name, hint=hint.format(file=_quoted(given)))
    text, reading = _decode(data, given.name, told)
    del data  # the text without its byte order mark is a second copy of it; this makes room
    text = text.removeprefix("\ufeff")
    _refuse(text, given.name, told)
    return Source(given.name, text, reading.encoding, reading.reason)


def _document(reader: Reader, data: bytes, where: str, told: Reading | None) -> Source:
    from diplosum.readers.confinement import extract  # 15 ms of subprocess and JSON, which plain text does not need

    reading = Reading("", "", reader.name)
    if reader.is_text:
        text, reading = _page(data, where, told) if reader.names_encoding else _decode(data, where, told)
        data = text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    content = extract(reader, data, where)
    text, headings = content.text()
    if not text:
        raise InputError("has no text to read", where=where, hint="open it and see what is in it")
    _refuse(text, where, told)
    return Source(
        name=where,
        text=text,
        encoding=reading.encoding,
        reason=reading.reason,
        metadata=Metadata(content.title, content.date, content.origin),
        format=reader.name,
        headings=headings,
        left_out=tuple(f"{count} {things}" for things, count in sorted(content.left_out.items()) if count),
        warnings=tuple(content.warnings),
    )


def _cues(reader: Reader, data: bytes, where: str, told: Reading | None) -> Source:
    text, reading = _decode(data, where, told)
    _refuse(text, where, told)
    cues = subtitles.parse(text.removeprefix("\ufeff"), subtitles.FORMS[reader.name], where)
    lost = (f"{cues.lost} tags inside cues",) if cues.lost else ()
    return Source(where, cues.text, reading.encoding, reading.reason, format=reader.name, left_out=lost, subtitles=cues)


def _found(argument: str) -> Iterator[tuple[Path | None, Path]]:
    if argument == "-":
        yield None, Path("standard-input")
        return
    top = Path(argument)
    texts = list(_texts(top)) if argument and _is_folder(top) else []
    for path in texts or [top]:
        yield path, Path(top.name or "input") if path == top else path.relative_to(top)


def _texts(folder: Path) -> Iterator[Path]:
    """Text files below ``folder`` in the order of their names; a folder that cannot be listed stands for its files."""
    try:
        with os.scandir(folder) as entries:
            shown = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    of_pages = {f"{Path(entry.name).stem}_files" for entry in shown if entry.name.lower().endswith(_PAGES)}
    for entry in shown:
        if entry.is_dir(follow_symlinks=False):
            yield from _texts(folder / entry.name) if entry.name not in of_pages else ()
        elif _is_text(entry.name) and (entry.is_symlink() or entry.is_file()):
            yield folder / entry.name


def _is_text(name: str) -> bool:
    """Whether a file in a folder is meant: what can be read by its suffix, but no description of the folder."""
    stem, suffix = os.path.splitext(name.lower())  # noqa: PTH122 - faster than a Path, for a hundred thousand names
    return suffix in _SUFFIXES and stem != "readme"


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises below a folder that may not be entered


def _unique(relative: Path, taken: set[str]) -> Path:
    unique, number = relative, 1
    while (key := str(unique.with_suffix("")).casefold()) in taken:
        number += 1
        unique = relative.with_stem(f"{relative.stem}-{number}")
    taken.add(key)
    return unique


def _printable(name: str) -> str:
    """Spell out what a terminal cannot show or would obey: broken UTF-8, line ends, escape and bidi controls."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in name)


def _quoted(given: Input) -> str:
    import shlex  # 5 ms, which only messages need

    return shlex.quote(given.name) if given.path else "FILE"


def _bytes(given: Input, stdin: BinaryIO | None) -> bytes:
    path = given.path
    if path is None:
        stream = stdin or (sys.stdin.buffer if sys.stdin else None)  # None: closed by the caller, as in <&-
        if stream is None or stream.isatty():
            raise InputError(
                "nothing was piped in", where=given.name, hint="name a file or a folder, or pipe a text in"
            )
        return _limited(stream, given)
    if not given.name:
        raise InputError("a file name is empty", hint="name a file, a folder, or - for standard input")
    try:
        if _is_folder(path):
            any(path.iterdir())  # raises where the folder cannot be listed
            raise InputError(
                f"is a folder without texts (*{', *'.join(_SUFFIXES)}; hidden ones do not count)",
                where=given.name,
                hint="name the files themselves, or another folder",
            )
        with path.open("rb") as file:
            return _limited(file, given)
    except (FileNotFoundError, NotADirectoryError):
        what = "is a link to a file that is gone" if path.is_symlink() else "no such file"
        raise InputError(what, where=given.name, hint=_neighbours(path)) from None
    except OSError as error:
        what = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise InputError(what, where=given.name, hint=f"look at it with: ls -ld {_quoted(given)}") from None


def _limited(stream: BinaryIO, given: Input) -> bytes:
    size = os.fstat(stream.fileno()).st_size if given.path else 0  # 0 too for what is no ordinary file
    data = stream.read() if 0 < size <= LARGEST else b"" if size else stream.read(LARGEST + 1)
    if max(size, len(data)) > LARGEST:
        raise InputError(
            f"is larger than {LARGEST // 10**6} MB", where=given.name, hint="split it, or save it without its pictures"
        )
    return data


def _neighbours(path: Path) -> str:
    import difflib  # 6 ms, which only this message needs

    if not _is_folder(path.parent):
        return _printable(f"there is no folder {path.parent}")
    names = [entry.name for entry in path.parent.iterdir() if entry.name != path.name]
    near = difflib.get_close_matches(path.name, names)
    if near:
        return _printable(f"did you mean {' or '.join(str(path.with_name(name)) for name in near)}?")
    return _printable(f"see what is there with: ls {path.parent}")


def _decode(data: bytes, where: str, told: Reading | None) -> tuple[str, Reading]:
    failed: list[tuple[Reading, int]] = []
    for reading in [told] if told else detect(data):
        try:
            return data.decode(reading.codec), reading
        except UnicodeDecodeError as error:
            failed.append((reading, error.start))
    # Raised here and not above, where the error, which holds all the bytes, would live on in this one's context.
    reading, offset = failed[0]
    place = f"byte 0x{data[offset : offset + 1].hex().upper()} at offset {offset:,}"
    if told:
        raise InputError(f"cannot be read as {reading.encoding}: {place}", where=where, hint=_LEAVE_OUT)
    if b"\0" in data and reading.encoding == "UTF-8":
        raise InputError("is binary, not text", where=where, hint=_BINARY)
    if reading.encoding != "UTF-8" or is_damaged_utf_8(data):
        hint = "fetch or save it again: a part of it is broken or missing"
        raise InputError(f"is damaged {reading.encoding}: {place}", where=where, hint=hint)
    tried = f"{', '.join(SINGLE_BYTE[:-1])} or {SINGLE_BYTE[-1]}"
    raise InputError(
        f"is not UTF-8 and does not read as Arabic in {tried}",
        where=where,
        hint="if it is Arabic, name its encoding, for example: --encoding cp720",
    )


def _page(data: bytes, where: str, told: Reading | None) -> tuple[str, Reading]:
    """Decode what may name its encoding. Here alone broken bytes of UTF-8 are replaced: servers cut titles in two."""
    try:
        return _decode(data, where, told or declared(data))
    except InputError:
        if told or not is_damaged_utf_8(data):
            raise
    text = data.decode("utf-8", "replace")
    return text, Reading("UTF-8", "utf-8", f"UTF-8, with {text.count(_BROKEN)} broken places, shown as {_BROKEN}")


def _refuse(text: str, where: str, told: Reading | None) -> None:
    """Raise InputError for what can be decoded but is no Arabic text."""
    if not text or text.isspace():
        message = "holds nothing but white space" if text else "is empty"
        raise InputError(message, where=where, hint="check the program that wrote it")
    if "\0" in text:
        raise InputError("is binary, not text", where=where, hint=_LEAVE_OUT if told else _BINARY)
    if not _ARABIC_LETTER.search(text):
        raise InputError(
            f"has no Arabic letters: {_script(text)}", where=where, hint=_LEAVE_OUT if told else _NOT_ARABIC
        )


def _script(text: str) -> str:
    import unicodedata  # 1 MB of tables, which only this message needs

    names = (unicodedata.name(letter[0], "UNKNOWN") for letter in islice(re.finditer(r"[^\W\d_]", text), 1000))
    scripts = Counter(name.split()[0] for name in names).most_common(1)
    if not scripts:
        return "it has no letters at all"
    script = scripts[0][0]
    return f"it seems to be in {script if script == 'CJK' else script.title()} script"
