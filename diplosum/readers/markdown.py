"""Markdown: headings, lists, quotes and cells keep their kind; of links the text is left, code is not read."""

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from diplosum.readers.content import Content, DocumentError, Kind, iso_date

# The notes that site generators keep before the text: lines between two rules.
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_KINDS: dict[str, Kind] = {"heading": "heading", "blockquote": "quote", "th": "cell", "td": "cell"}
_MOST_NESTED = 100  # what lies deeper markdown-it would leave out
_CODE = {"fence", "code_block"}
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)


def read(data: bytes) -> Content:
    """Read a text in UTF-8."""
    text = data.decode("utf-8").replace("\r\n", "\n")
    content = Content()
    if match := _FRONT_MATTER.match(text):
        said = dict(re.findall(r"^(title|date):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", match[1], re.MULTILINE))
        content.title, content.date = said.get("title", ""), iso_date(said.get("date", ""))
        text = text[match.end() :]
    tokens = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTED}).enable("table").parse(text)
    if any(token.level >= _MOST_NESTED - 1 for token in tokens):
        raise DocumentError("is nested too deeply to be read", "lists in lists in lists: take some of them apart")
    _add(SyntaxTreeNode(tokens), content, "body", 0, "")
    content.title = content.title or next((block.text for block in content.blocks if block.kind == "heading"), "")
    return content


def _add(node: SyntaxTreeNode, content: Content, kind: Kind, depth: int, marker: str) -> str:
    """Add what is below a node. ``marker`` is for the first block of a list item; what is left of it is returned."""
    for number, child in enumerate(
        node.children, int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 1
    ):
        if child.type == "inline":
            before = len(content.blocks)
            content.add(kind, _inline(child, content), marker if kind == "item" else "")
            if len(content.blocks) > before:
                marker = " " * len(marker)
        elif child.type == "list_item":
            _add(
                child,
                content,
                "item",
                depth,
                "  " * (depth - 1) + (f"{number}. " if node.type == "ordered_list" else "- "),
            )
        elif child.type in _CODE:
            content.left_out["blocks of code"] += 1
        elif child.type == "html_block":
            content.add(kind, _without_tags(child.content))
        elif child.children:
            marker = _add(child, content, _KINDS.get(child.type, kind), depth + child.type.endswith("_list"), marker)
    return marker


def _inline(node: SyntaxTreeNode, content: Content) -> str:
    """Give the text of a paragraph: a line break of the file is a space, one that was asked for stays."""
    pieces = []
    for child in node.children:
        if child.type in {"text", "code_inline"}:
            pieces.append(child.content)
        elif child.type == "softbreak":
            pieces.append(" ")
        elif child.type == "hardbreak" or (child.type == "html_inline" and _LINE_BREAK.match(child.content)):
            pieces.append("\n")
        elif child.type == "image":
            content.left_out["pictures"] += 1
        elif child.children:
            pieces.append(_inline(child, content))
    return "".join(pieces)


def _without_tags(markup: str) -> str:
    pieces: list[str] = []
    parser = HTMLParser()
    parser.handle_data = pieces.append  # type: ignore[assignment,method-assign]  # a parser that only collects
    parser.feed(_NOT_SHOWN.sub("", markup))
    parser.close()
    return "".join(pieces)
