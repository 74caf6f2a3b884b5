"""What a reader found in a document: blocks of text in reading order, and what the document says of itself."""

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Self

Kind = Literal["heading", "body", "item", "quote", "cell"]

_SPACE = re.compile(r"[^\S\n]+")
_CLOSE: frozenset[Kind] = frozenset({"item", "quote", "cell"})  # no blank line between two of a kind
Span = tuple[int, int]


class DocumentError(Exception):
    """A document that cannot be read: what is wrong with it, and what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph and what it is. ``text`` has no line breaks but those that were meant, and its own list marker."""

    kind: Kind
    text: str


@dataclass(slots=True)
class Content:
    """A document as its reader gives it. ``left_out`` counts things by their name in the plural."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    date: str = ""
    origin: str = ""
    left_out: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)

    def add(self, kind: Kind, text: str, marker: str = "") -> None:
        """Add a block, unless there is nothing in it."""
        lines = [line for line in map(fold, text.split("\n")) if line]
        if lines and kind == "heading":
            lines = [" ".join(lines)]
        if lines and kind == "quote":
            lines = [f"> {line}" for line in lines]
        if lines:
            indent = "\n" + " " * len(marker)
            self.blocks.append(Block(kind, marker + indent.join(lines)))

    def text(self) -> tuple[str, tuple[Span, ...]]:
        """Join the blocks to a plain text; with it the spans of its headings."""
        pieces: list[str] = []
        headings: list[Span] = []
        end, before = 0, None
        for block in self.blocks:
            gap = "" if before is None else "\n" if block.kind == before and before in _CLOSE else "\n\n"
            start, before = end + len(gap), block.kind
            end = start + len(block.text)
            pieces += [gap, block.text]
            if block.kind == "heading":
                headings.append((start, end))
        return "".join(pieces), tuple(headings)

    def record(self) -> dict[str, object]:
        """Give it as a JSON object."""
        return {
            "blocks": [[block.kind, block.text] for block in self.blocks],
            "title": fold(self.title),
            "date": self.date,
            "origin": fold(self.origin),
            "left_out": dict(self.left_out),
            "warnings": self.warnings,
        }

    @classmethod
    def of(cls, record: Mapping[str, object]) -> Self:
        """Make it again from :meth:`record`."""
        made = cls(**record)  # type: ignore[arg-type]  # the values that record wrote
        made.blocks = [Block(*pair) for pair in made.blocks]  # type: ignore[misc]  # JSON has lists for dataclasses
        made.left_out = Counter(made.left_out)
        return made


def fold(text: str) -> str:
    """Make one space of white space, and none of that at the ends; line breaks stay."""
    return _SPACE.sub(" ", text.replace("\r", "")).strip()


def iso_date(text: str) -> str:
    """Take the day from a date in ISO 8601 or in the form of PDF (D:20240131…); empty from anything else."""
    match = re.match(r"(?:D:)?(\d{4})-?(\d\d)-?(\d\d)", text.strip())
    with suppress(ValueError):  # no such day
        return date(*map(int, match.groups())).isoformat() if match else ""
    return ""
