"""ZIP archives of XML, as DOCX, ODT and EPUB are: read in memory within bounds, never unpacked to disk."""

import zipfile
import zlib
from io import BytesIO
from typing import Any, Self, TypeAlias

from lxml import etree

from diplosum.readers.content import DocumentError

Element: TypeAlias = Any  # of lxml, which publishes no types

MOST_FILES = 10_000
MOST_BYTES = 200_000_000  # unpacked, pictures included; the largest books have a quarter of that
_MOST_OF_A_PART = 30_000_000  # bytes of XML, of which a tree takes up to twenty times as much; a long novel has 5 MB


class Archive:
    """An archive whose contents have a bounded size. Raises DocumentError."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OverflowError) as error:
            raise DocumentError(f"is damaged: {error}", "fetch or save it again") from None
        members = self._zip.infolist()
        # What the list of contents says is what zipfile unpacks at most.
        if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
            raise DocumentError(
                f"unpacks to more than {MOST_BYTES // 10**6} MB or {MOST_FILES:,} files",
                "if it is no hostile file, save its text without pictures",
            )
        self.names = {member.filename for member in members}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def bytes(self, name: str) -> bytes:
        """Unpack one part. Raises DocumentError, also where there is none of this name."""
        try:
            if self._zip.getinfo(name).file_size > _MOST_OF_A_PART:
                raise DocumentError(f"has more than {_MOST_OF_A_PART // 10**6} MB of text in {name}")
            return self._zip.read(name)
        except KeyError:
            raise DocumentError(f"is damaged: it has no {name}", "fetch or save it again") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise DocumentError(f"is damaged: {name}: {error}", "fetch or save it again") from None
        except RuntimeError:  # how zipfile says that it needs a password
            raise DocumentError("is encrypted", "open it with its password and save it without one") from None

    def xml(self, name: str) -> Element:
        """Parse one part. Raises DocumentError."""
        return parse(self.bytes(name), name)


def parse(data: bytes, name: str) -> Element:
    """Parse XML that a stranger wrote: no entities of its own, no network, no other files. Raises DocumentError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"is damaged: {name}: {error.msg}", "fetch or save it again") from None
    if root.getroottree().docinfo.internalDTD is not None and root.getroottree().docinfo.internalDTD.entities():
        raise DocumentError(f"defines entities of its own in {name}, which only hostile files do")
    return root


def local(element: Element) -> str:
    """Give the name of an element without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
