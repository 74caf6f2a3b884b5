"""What there is to say about outputs, for people: a sign in the margin, and a short list in the order of the text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diplosum.finding import Severity
from diplosum.result import Output

MOST = 12  # that are listed, unless a user wants them all
# Never told by colour alone.
SIGNS: Mapping[Severity, str] = {"fail": "✗", "warn": "!", "note": "·"}
_GRAVITY: Mapping[Severity, int] = {"fail": 0, "warn": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a list: how grave, in which paragraph (from 1) of which section (empty: the only one), and what."""

    severity: Severity
    section: str
    paragraph: int
    message: str

    def __str__(self) -> str:
        place = f"paragraph {self.paragraph}"
        return f"{', '.join(filter(None, (self.section, place)))}: {self.message}"


def remarks(output: Output, section: str = "") -> Iterator[Remark]:
    """Yield what there is to say about one output: what happened to it, then what was found."""
    paragraph = output.paragraph + 1
    for mark in output.answer.marks:
        if mark.kind not in {"kept", "retried"}:  # the second stands beside a finding, which says more
            grave = mark.kind in {"truncated", "empty", "too long"}
            yield Remark("fail" if grave else "warn", section, paragraph, mark.message)
    for finding in output.findings:
        yield Remark(finding.severity, section, paragraph, f"{finding.kind}: {finding.message}")


def sign(outputs: Iterable[Output]) -> tuple[str, Severity] | None:
    """Give the sign of the gravest remark on outputs that stand together; notes have none."""
    found = {remark.severity for output in outputs for remark in remarks(output)} - {"note"}
    gravest = min(found, key=_GRAVITY.__getitem__, default=None)
    return gravest and (SIGNS[gravest], gravest)


def listed(found: Sequence[Remark], *, everything: bool) -> tuple[list[Remark], str]:
    """Choose what is listed, in its order, and say what is not: notes, and beyond a dozen the least grave."""
    if everything:
        return list(found), ""
    grave = [remark for remark in found if remark.severity != "note"]
    order = sorted(range(len(grave)), key=lambda position: _GRAVITY[grave[position].severity])
    kept = [grave[position] for position in sorted(order[:MOST])]
    left = Counter(remark.severity for remark in found)
    left.subtract(remark.severity for remark in kept)
    words: Mapping[Severity, str] = {"fail": "wrong", "warn": "doubtful", "note": "of little weight"}
    counts = [f"{left[severity]} {word}" for severity, word in words.items() if left[severity]]
    return kept, f"and {', '.join(counts)} (--verbose lists them)" if counts else ""
