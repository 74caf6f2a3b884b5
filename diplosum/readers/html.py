"""Saved web pages: trafilatura tells the article from what is around it; nothing is ever fetched.

What it leaves out is counted by where it stands on the page, and paragraphs among it are warned of: it may be wrong.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise

import trafilatura
from lxml import etree
from trafilatura.settings import Document

from diplosum.readers.archive import Element, local
from diplosum.readers.content import Content, DocumentError, fold, iso_date
from diplosum.readers.markup import INLINE, Walker, parse

_MOST = 20_000_000  # bytes, as for trafilatura itself; the longest articles of an encyclopaedia have 3 MB of markup
_AROUND = {  # elements and roles
    **dict.fromkeys(("nav", "navigation", "menu"), "blocks of navigation"),
    **dict.fromkeys(("header", "banner"), "page headers"),
    **dict.fromkeys(("footer", "contentinfo"), "page footers"),
    **dict.fromkeys(("aside", "complementary"), "sidebars"),
    **dict.fromkeys(("form", "button"), "forms"),
}
_NOT_SHOWN = ("script", "style", "template", "noscript", "textarea", "select", "datalist", "svg")
_PARAGRAPH = 8  # words, and an end mark, that make a paragraph worth a warning; titles of other articles have none
_END = re.compile(r"[.!?؟…][»”’'\")\]]*$")
_LONGEST_TITLE = 300


def read(data: bytes) -> Content:
    """Read a page in UTF-8. Raises DocumentError."""
    if len(data) > _MOST:
        raise DocumentError(f"is a page of more than {_MOST // 10**6} MB", "save only the article, or as plain text")
    text = data.decode("utf-8", "surrogatepass")
    # The declaration of an encoding in XHTML would be believed, and is no longer true.
    tree = parse(re.sub(r"^\s*<\?xml[^>]*>", "", text))
    if tree is None:
        raise DocumentError("has no text to read")
    etree.strip_elements(tree, *_NOT_SHOWN, with_tail=False)
    found = trafilatura.bare_extraction(
        deepcopy(tree),
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        # A date that is only written somewhere in the text is not taken for the day of publication.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    content = Content()
    if isinstance(found, Document) and found.body is not None:
        Walker(content).read(found.body)
        content.title = found.title or ""
        content.date = iso_date(found.date or "")
        content.origin = found.sitename or found.hostname or ""
    if not content.blocks:
        Walker(content).read(tree)
        content.warnings.append("no article could be told from the page: all of its text is read")
        return content
    _head(content)
    _count(content, tree)
    return content


def _head(content: Content) -> None:
    """Put the title before the article, where it does not stand there already."""
    known = {_letters(block.text) for block in content.blocks[:3]}
    if content.title and len(content.title) < _LONGEST_TITLE and _letters(content.title) not in known:
        blocks = content.blocks
        content.blocks = []
        content.add("heading", content.title)
        content.blocks += blocks


def _count(content: Content, tree: Element) -> None:
    """Count the blocks of the page that are not in the article, by where they stand."""
    kept = {pair for block in content.blocks for pair in _pairs(block.text)}
    words = 0
    paragraphs = 0
    for place, text in _page_blocks(tree):
        pairs = _pairs(text)
        if 2 * sum(pair in kept for pair in pairs) >= len(pairs):
            continue
        content.left_out[place] += 1
        if place == "other blocks" and len(pairs) >= _PARAGRAPH and _END.search(text):
            paragraphs += 1
            words += len(pairs)
    if paragraphs:
        content.warnings.append(
            f"{paragraphs} paragraphs of the page, {words} words, were not taken for a part of the article; "
            "if they are, save the page as text"
        )


def _page_blocks(tree: Element) -> Iterator[tuple[str, str]]:
    """Yield the text of each block of a page, with the name of the place that it stands in."""
    places = ["other blocks"]
    pieces: list[str] = []
    body = tree.find("body")
    for event, element in etree.iterwalk(tree if body is None else body, events=("start", "end")):
        name = local(element)
        if name not in INLINE:
            if text := fold("".join(pieces)):
                yield places[-1], text
            pieces.clear()
        if event == "end":
            places.pop()
            pieces.append(element.tail or "")
        else:
            places.append(_AROUND.get(element.get("role", ""), _AROUND.get(name, places[-1])))
            pieces.append(element.text or "")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _pairs(text: str) -> list[tuple[str, ...]]:
    """Give the pairs of neighbouring words of a text, or its only word."""
    words = re.findall(r"\w+", text)
    return list(pairwise(words)) or [tuple(words)]
