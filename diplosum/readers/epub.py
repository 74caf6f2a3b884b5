"""Electronic books: the chapters in the order of the spine, all of their text; tables of contents left out."""

import posixpath
from urllib.parse import unquote, urlsplit

from diplosum.readers.archive import Archive, local
from diplosum.readers.content import Content, DocumentError, fold, iso_date
from diplosum.readers.markup import Walker, parse

_TYPES = {"application/xhtml+xml", "text/html", "application/xml"}
# What some publishers do to fonts, which is no matter here.
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read(data: bytes) -> Content:
    """Read a book. Raises DocumentError."""
    content = Content()
    with Archive(data) as archive:
        _refuse_locked(archive)
        container = archive.xml("META-INF/container.xml")
        place = next((each.get("full-path", "") for each in container.iter() if local(each) == "rootfile"), "")
        package = archive.xml(place)
        items = {each.get("id"): each for each in package.iter() if local(each) == "item"}
        spine = [items.get(each.get("idref")) for each in package.iter() if local(each) == "itemref"]
        for item in spine:
            if item is None or item.get("media-type") not in _TYPES:
                content.left_out["chapters that are no text"] += 1
            elif "nav" in item.get("properties", "").split():
                content.left_out["tables of contents"] += 1
            else:
                name = posixpath.normpath(
                    posixpath.join(posixpath.dirname(place), unquote(urlsplit(item.get("href", "")).path))
                )
                _chapter(archive.bytes(name), content)
    said = {local(each): fold(each.text or "") for each in reversed(list(package.iter())) if local(each)}
    content.title, content.origin = said.get("title", ""), said.get("publisher", "")
    content.date = iso_date(said.get("date", ""))
    return content


def _refuse_locked(archive: Archive) -> None:
    if "META-INF/encryption.xml" not in archive.names:
        return
    methods = [
        each.get("Algorithm", "")
        for each in archive.xml("META-INF/encryption.xml").iter()
        if local(each) == "EncryptionMethod"
    ]
    if not all(method in _FONTS for method in methods):
        raise DocumentError("is encrypted by its publisher", "ask for an edition without copy protection")


def _chapter(data: bytes, content: Content) -> None:
    root = parse(data, _encoding(data))
    body = None if root is None else root.find("body")
    if body is not None:
        Walker(content).read(body)


def _encoding(data: bytes) -> str:
    """XHTML in a book is in UTF-8, or in UTF-16 with a mark."""
    return "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
