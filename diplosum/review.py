"""One document under review: what is found between its sentences and their outputs, and which terms were kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from diplosum import checks
from diplosum.answer import Judged
from diplosum.fidelity import loops
from diplosum.finding import Finding, Span
from diplosum.glossary import Glossary, Use
from diplosum.naming import Names


@dataclass(frozen=True, slots=True)
class Review:
    """Compares as asked: with ``check``, and with the terms of a glossary. ``names``: those of the document so far."""

    check: bool = True
    glossary: Glossary | None = None
    names: Names = field(default_factory=Names)

    def translations(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Finding, ...]]:
        """Find what differs between sentences and their translations; nothing where there is no translation."""
        if not self.check:
            return [()] * len(pairs)
        found = iter(checks.compare_many([pair for pair in pairs if pair[1]]))
        return [(*next(found), *self._missed(source, output)) if output else () for source, output in pairs]

    def unified(self, source: str, judged: Judged) -> Judged:
        """Spell names as in the sentences before; to be asked for in the order of the document."""
        if not (self.check and judged.answer.text):
            return judged
        text, notes = self.names.unify(source, judged.answer.text)
        findings = judged.findings
        if text != judged.answer.text:
            (findings,) = self.translations([(source, text)])
        return Judged(replace(judged.answer, text=text), (*findings, *notes))

    def writing(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Finding, ...]]:
        """Find what a summary should not do, whatever it says of its source."""
        return [tuple(loops.check(source, output)) if self.check else () for source, output in pairs]

    def terms(self, source: str, output: str) -> tuple[Use, ...]:
        """List the terms of a sentence, and where its translation has them."""
        return tuple(self.glossary.uses(source, output)) if self.glossary else ()

    def _missed(self, source: str, output: str) -> list[Finding]:
        return [finding for use in self.terms(source, output) if (finding := use.finding(source))]


def moved(finding: Finding, source: int, output: int) -> Finding:
    """Shift the spans of a finding, as list markers do that stand before both texts."""
    return Finding(
        finding.kind,
        finding.severity,
        finding.message,
        _moved(finding.source, source),
        _moved(finding.output, output),
    )


def _moved(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    return tuple((start + by, end + by) for start, end in spans)
