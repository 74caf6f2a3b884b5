"""Numbers of a source sentence and of its output: missing, changed, invented."""

import re
from collections.abc import Iterable, Sequence

from diplosum.fidelity import english_numerals, measures, numerals
from diplosum.fidelity.quantity import Force, Key, Quantity
from diplosum.finding import Finding, Severity

# Words that stand for "percent" at a distance.
_PERCENTAGE = re.compile(
    r"\bpoints?\b|percentages?\b|between \d+ and|\d ?[-–] ?\d|نقط|نقاط|مئوي|نسب|معدل", re.IGNORECASE
)


def check(source: str, output: str) -> list[Finding]:
    """Find numbers of the source that the output does not hold in any form, and numbers that it adds."""
    sides = _Sides(source, output)
    missing, invented = _unanswered(sides.said, sides.written), _unanswered(sides.written, sides.said)
    findings = []
    for before, after in _pairs(missing, invented):
        missing.remove(before)
        invented.remove(after)
        if sides.converted(before, after):
            findings.append(sides.became(before, after, "note", " in another measure"))
        else:
            doubtless = min(before.force, after.force) is Force.DIGIT or _invention(after) == "fail"
            findings.append(sides.became(before, after, "fail" if doubtless else "warn"))
    if not (findings or missing or invented):
        findings += [sides.became(before, after, "warn") for before, after in sides.swapped()]
    findings += [sides.became(before, after, "warn") for before, after in sides.unlike()]
    for quantity in missing:
        message = f"«{source[slice(*quantity.span)]}» is missing"
        severity: Severity = "warn" if quantity.force >= Force.WORD else "note"
        findings.append(Finding("number", severity, message, (quantity.span,)))
    for quantity in invented:
        message = f"“{output[slice(*quantity.span)]}” is not in the source"
        findings.append(Finding("number", _invention(quantity), message, (), (quantity.span,)))
    return findings + _currencies(source, output)


def _invention(quantity: Quantity) -> Severity:
    """Weigh a number that only the output has; COVID-19 may be a name that the source says in letters."""
    if quantity.sort == "code" or quantity.force < Force.WORD:
        return "note"
    doubtless = quantity.force is Force.DIGIT and quantity.sort != "ordinal" and quantity.value() != 1
    return "fail" if doubtless else "warn"


class _Sides:
    """The numbers of both sentences."""

    def __init__(self, source: str, output: str) -> None:
        self.source, self.output = source, output
        self.said, self.written = numerals.read(source), english_numerals.read(output)

    def became(self, before: Quantity, after: Quantity, severity: Severity, how: str = "") -> Finding:
        message = f"«{self.source[slice(*before.span)]}» became “{self.output[slice(*after.span)]}”{how}"
        return Finding("number", severity, message, (before.span,), (after.span,))

    def converted(self, before: Quantity, after: Quantity) -> bool:
        """Whether kilometres became miles, by the right factor."""
        first, second = before.value(), after.value()
        return (
            first is not None
            and second is not None
            and measures.same(
                measures.Counted(self.source, float(first), before.span[1]),
                measures.Counted(self.output, float(second), after.span[1]),
            )
        )

    def swapped(self) -> list[tuple[Quantity, Quantity]]:
        """Pair a number that the output says once less than the source with one that it says once more."""
        less, more = _surplus(self.said, self.written, Force.LIGHT), _surplus(self.written, self.said, Force.DIGIT)
        return list(zip(less, more, strict=False))

    def unlike(self) -> list[tuple[Quantity, Quantity]]:
        """Pair numbers that are equal but for a percentage or a half of the day, and paragraphs numbered otherwise."""
        same = [(before, after) for before in self.said for after in self.written if before.keys & after.keys]
        markers = [[one for one in side if one.sort == "marker"][:1] for side in (self.said, self.written)]
        renumbered = [(before, after) for before, after in zip(*markers, strict=False) if not before.keys & after.keys]
        halves = [(before, after) for before, after in same if before.half and after.half]
        agreed = {before.span for before, after in halves if before.half == after.half}
        moved = [(before, after) for before, after in halves if before.span not in agreed]
        return renumbered + moved + self._percentages(same)

    def _percentages(self, same: Sequence[tuple[Quantity, Quantity]]) -> list[tuple[Quantity, Quantity]]:
        """Pair percentages with numbers that are none, where one side has fewer of them and no other word for it."""
        here, there = (sum(one.percent for one in side) for side in (self.said, self.written))
        fewer = self.output if here > there else self.source
        if here == there or _PERCENTAGE.search(fewer):
            return []
        kept = {one.span for pair in same if pair[0].percent and pair[1].percent for one in pair}
        lost = [pair for pair in same if pair[0].percent != pair[1].percent and pair[0].percent == (here > there)]
        return [pair for pair in lost if not kept & {pair[0].span, pair[1].span}]


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
        and quantity.sort != "marker"
        and not quantity.keys & answers
        and not (quantity.parts and all(part & answers for part in quantity.parts))
    ]


def _surplus(ours: Sequence[Quantity], theirs: Sequence[Quantity], least: Force) -> list[Quantity]:
    """List what is left when each number has taken one answer; numbers that are sure choose first."""
    left = list(theirs)
    surplus = []
    for quantity in sorted(ours, key=lambda one: -one.force):
        answer = next((other for other in left if quantity.keys & other.keys), None)
        if answer:
            left.remove(answer)
        elif quantity.force >= least and not quantity.parts:
            surplus.append(quantity)
    return surplus


def _pairs(missing: Sequence[Quantity], invented: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Pair what is missing with what most likely took its place."""
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
    if any((before.sort == sort) != (after.sort == sort) for sort in ("vague", "decade")):
        return 0
    if max(before.force, after.force) < Force.WORD and before.sort != after.sort:
        return 0
    likeness = 1.0 + (before.sort == after.sort) + 2 * (before.percent == after.percent) + (before.force == after.force)
    first, second = before.value(), after.value()
    if first and second:
        digits = [str(float(value)).strip("0.").replace(".", "") for value in (first, second)]
        likeness += 3 * float(min(first, second) / max(first, second)) + 2 * (sorted(digits[0]) == sorted(digits[1]))
    return likeness


def _currencies(source: str, output: str) -> list[Finding]:
    """Find money whose currency changed: one that only the source names, and one that only the output names."""
    said, written = measures.currencies(source, arabic=True), measures.currencies(output, arabic=False)
    before = next((one for one in said if one.name not in {other.name for other in written}), None)
    after = next((one for one in written if one.name not in {other.name for other in said}), None)
    if before is None or after is None:
        return []
    message = f"the currency «{source[slice(*before.span)]}» became “{output[slice(*after.span)]}”"
    return [Finding("number", "warn", message, (before.span,), (after.span,))]
