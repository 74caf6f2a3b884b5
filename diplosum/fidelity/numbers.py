"""Numbers of a source sentence and of its output: missing, changed, invented."""

from collections.abc import Iterable, Sequence

from diplosum.fidelity import english_numerals, numerals
from diplosum.fidelity.quantity import Force, Key, Quantity
from diplosum.finding import Finding, Severity


def check(source: str, output: str) -> list[Finding]:
    """Find numbers of the source that the output does not hold in any form, and numbers that it adds."""
    said, written = numerals.read(source), english_numerals.read(output)
    missing, invented = _unanswered(said, written), _unanswered(written, said)
    findings: list[Finding] = []
    for before, after in _pairs(missing, invented):
        missing.remove(before)
        invented.remove(after)
        severity: Severity = "fail" if min(before.force, after.force) is Force.DIGIT else "warn"
        message = f"«{_text(source, before)}» became “{_text(output, after)}”"
        findings.append(Finding("number", severity, message, (before.span,), (after.span,)))
    for quantity in missing:
        if quantity.force >= Force.WORD:
            message = f"«{_text(source, quantity)}» is missing"
            findings.append(Finding("number", "warn", message, (quantity.span,)))
    for quantity in invented:
        if quantity.force >= Force.WORD:
            severity = "fail" if quantity.force is Force.DIGIT else "warn"
            message = f"“{_text(output, quantity)}” is not in the source"
            findings.append(Finding("number", severity, message, (), (quantity.span,)))
    return findings


def _text(text: str, quantity: Quantity) -> str:
    return text[slice(*quantity.span)]


def _keys(quantities: Iterable[Quantity]) -> frozenset[Key]:
    """Collect all that the numbers of one side may mean, parts included."""
    return frozenset(key for quantity in quantities for keys in (quantity.keys, *quantity.parts) for key in keys)


def _unanswered(ours: Sequence[Quantity], theirs: Sequence[Quantity]) -> list[Quantity]:
    """List the numbers that ask for an answer and have none on the other side."""
    answers = _keys(theirs)
    return [
        quantity
        for quantity in ours
        if quantity.force
        and not quantity.keys & answers
        and not (quantity.parts and all(part & answers for part in quantity.parts))
    ]


def _pairs(missing: Sequence[Quantity], invented: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Pair what is missing with what took its place: the likest first."""
    pairs: list[tuple[Quantity, Quantity]] = []
    left = list(invented)
    for before in missing:
        choice = max(left, key=lambda after: _likeness(before, after), default=None)
        if choice and _likeness(before, choice) > 0:
            left.remove(choice)
            pairs.append((before, choice))
    return pairs


def _likeness(before: Quantity, after: Quantity) -> float:
    """Say how likely one number stands for the other: by sort, percentage, digits or words, and size."""
    if (before.sort == "vague") != (after.sort == "vague") or (before.sort == "decade") != (after.sort == "decade"):
        return 0
    if max(before.force, after.force) < Force.WORD and before.sort != after.sort:
        return 0
    likeness = 1.0 + (before.sort == after.sort) + 2 * (before.percent == after.percent) + (before.force == after.force)
    first, second = before.value(), after.value()
    if first and second:
        likeness += 3 * min(first, second) / max(first, second)
    return likeness
