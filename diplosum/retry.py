"""Tries: what a model answered to one text, how good it is beside its source, and what else to ask.

A try is judged by its findings. Where one fails, others are asked for, a few at most, and the best of all is kept.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from diplosum.engine import Decoding, Generation
from diplosum.finding import Finding

# What is found between each source and its output, in order.
Judge = Callable[[Sequence[tuple[str, str]]], list[tuple[Finding, ...]]]

_MOST_BEAMS = 64
_FEWEST_WORDS = 4  # of a half that is worth reading alone
_PLACES = (re.compile(r"[؛;]\s+"), re.compile(r"[،,]\s+"))
_JOINTS = {"؛": ";", ";": ";", "،": ",", ",": ","}


@dataclass(frozen=True, slots=True)
class Try:
    """One answer: its text and score, whether it broke off, what was found, and how it came about (first: empty)."""

    text: str
    score: float | None
    truncated: bool
    findings: tuple[Finding, ...] = ()
    how: str = ""

    @property
    def trouble(self) -> str | None:
        """Say in a line why this must not stand, if it must not."""
        if not self.text:
            return "the model wrote nothing"
        if self.truncated:
            return "the model did not come to an end"
        return next((finding.message for finding in self.findings if finding.severity == "fail"), None)

    @property
    def missed(self) -> str | None:
        """Say which term of a glossary is missing, if one is: reason to look at other hypotheses."""
        return next((finding.message for finding in self.findings if finding.kind == "term"), None)

    @property
    def rank(self) -> tuple[bool, int, int, int, float]:
        """Order tries, the best first: by findings, then by score."""
        severities = [finding.severity for finding in self.findings]
        fails = severities.count("fail") + self.truncated
        return (not self.text, fails, severities.count("warn"), severities.count("note"), -(self.score or 0.0))


def hypotheses(generation: Generation, how: str = "") -> list[Try]:
    """List what a search found, the best first, no text twice."""
    found: dict[str, Generation] = {}
    for one in (generation, *generation.others):
        found.setdefault(one.text, one)
    best, *others = found.values()
    kept = [Try(best.text, best.score, best.truncated, how=how)]
    return kept + [Try(one.text, one.score, one.truncated, how=how or "another hypothesis") for one in others]


def otherwise(decoding: Decoding, tried: Try) -> tuple[Decoding, str]:
    """Say how to search once more, and how to call that.

    A model that is silent gets another number of beams; one that repeats itself or does not stop, a repetition penalty
    (Keskar et al. 2019, CTRL); any other twice the beams, all of them looked at.
    """
    if not tried.text:
        greedy = decoding.beams > 1
        return replace(decoding, beams=1 if greedy else 4), f"an answer {'without' if greedy else 'with'} beam search"
    if tried.truncated or any(finding.kind == "loop" for finding in tried.findings):
        return replace(decoding, repetition_penalty=1.3), "an answer with a penalty on repetition"
    beams = min(max(4, 2 * decoding.beams), _MOST_BEAMS)
    return replace(decoding, beams=beams, hypotheses=beams), f"the best found with {beams} beams"


@dataclass(frozen=True, slots=True)
class Halves:
    """A text cut in two, and the mark that joins what is made of them."""

    first: str
    second: str
    joint: str

    @classmethod
    def of(cls, text: str) -> "Halves | None":
        """Cut where a clause ends, as near to the middle as possible: at a semicolon, else at a comma."""
        for place in _PLACES:
            cuts = [
                match
                for match in place.finditer(text)
                if min(len(text[: match.start()].split()), len(text[match.end() :].split())) >= _FEWEST_WORDS
            ]
            if cuts:
                cut = min(cuts, key=lambda match: abs(match.end() - len(text) / 2))
                return cls(text[: cut.start()], text[cut.end() :], _JOINTS[cut[0][0]])
        return None

    def join(self, first: Generation, second: Generation) -> Try:
        """Make one answer of two; half an answer is none."""
        both = f"{first.text.rstrip('.,; ')}{self.joint} {second.text}" if first.text and second.text else ""
        truncated = first.truncated or second.truncated
        return Try(both, min(first.score, second.score), truncated, how="the sentence read in two parts")
