"""What a check found: what kind, how grave, where on both sides, and a line that a person understands."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "name", "quotation", "negation", "coverage", "loop", "script", "meaning", "term"]
Severity = Literal["note", "warn", "fail"]
Span = tuple[int, int]  # characters, from 0, the end not included


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree between a source sentence and its output.

    ``note``: worth a look where it matters; ``warn``: probably wrong; ``fail``: wrong, tried again and counted by
    ``--strict``. ``source`` and ``output`` are spans of the two sentences, in order; either may be empty.
    """

    kind: Kind
    severity: Severity
    message: str
    source: tuple[Span, ...] = ()
    output: tuple[Span, ...] = ()
