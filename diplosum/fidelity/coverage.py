"""Check 6: all of a sentence should be said in English, once, and nothing else.

What is missing is a stretch of the source whose words have no counterpart and without which the sentence is closer to
its output; what was added, a stretch of the output likewise. ``calibration.toml`` says how that evidence and the
lengths are weighed; ``benchmarks/calibrate.py`` makes it.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diplosum import arabic
from diplosum.fidelity import vectors
from diplosum.fidelity.alignment import Word, aligned, forms, output_words, source_words
from diplosum.fidelity.calibration import Weights, calibration
from diplosum.finding import Finding, Span

LONGEST = 1500  # characters of a text that are looked at: a sentence of 200 words

_CANDIDATES = 3  # stretches of a sentence that are tried
_MOST = 0.8  # of a text that may be missing; of a text that says nothing of its source, meaning.py speaks
_SLACK = (-0.3, 0.0, 0.3)  # added to the evidence of each word, for longer and for shorter stretches
_FEWEST = 2  # words at the end of a sentence that may be missing
_LETTERS_OF_A_WORD = 6
_SHORT = 12  # characters of a source too short to judge by length
_MOST_GAIN = 0.25  # cosine
_GAIN, _EVIDENCE = 15.0, 0.5  # which of the candidates is looked at: weights of the gain and of the evidence of words
_SENTENCE_END = re.compile(r"[.!?؟…]+[\"'”’»)\]]*\s+")
_CLAUSE_STARTS = re.compile(
    r"[،؛,;:]\s*|\s(?=(?:و\w|ثم |حيث |بينما |لكن |ولكن |التي |الذي |مما |حتى |عندما |لأن |بعد أن |قبل أن "
    r"|and |but |which |who |while |because |after |when |where |although ))"
)
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3](?:[\u0610-\u06ff\s،؛]*[\u0620-\u064a\u066e-\u06d3])?")
_LEFT_OVER = re.compile(
    r"⁇|\ufffd|▁|</?s>|<pad>|\[(?:UNK|CLS|SEP|PAD)\]|<unk>|<extra_id_\d+>|>>\w+<<|<2\w{2,3}>|__\w{2,3}__"
    r"|\b(?:[a-z]{3}_(?:Latn|Arab)|ar_AR|en_XX)\b"
)
_ACRONYM = re.compile(r"\b(?=\w*[A-Z]\w?[A-Z])\w+\b")
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w+")
_COPIED = 0.5  # share of the letters of an output that are Arabic
_PHRASE = 6  # words that are hardly said twice by chance


def check(source: str, output: str) -> list[Finding]:
    """Find what is missing, added, said twice or left as it was."""
    if not output.strip():
        return [Finding("coverage", "fail", "nothing was written", ((0, len(source)),))]
    return [*_script(source, output), *_repeated(source, output), *_gaps(source[:LONGEST], output[:LONGEST])]


def _script(source: str, output: str) -> Iterator[Finding]:
    """Find what is not English: Arabic, and signs by which models speak to themselves."""
    if left := tuple(match.span() for match in _ARABIC.finditer(output)):
        copied = arabic.count_letters(output) > _COPIED * len(_LETTERS.findall(output))
        message = "left in Arabic" if copied else f"«{output[slice(*left[0])]}» is left in Arabic"
        yield Finding("script", "fail" if copied else "warn", message, output=left)
    signs = [match for match in _LEFT_OVER.finditer(output) if match[0] not in source]
    if signs:
        message = f"«{signs[0][0]}» is a sign of the model, not a word"
        yield Finding("script", "warn", message, output=tuple(match.span() for match in signs))


def _repeated(source: str, output: str) -> Iterator[Finding]:
    """Find a sentence or a long phrase said twice that the source does not say twice."""
    words = [(match[0].casefold(), match.span()) for match in _WORD.finditer(output[:LONGEST])]
    size, start = _longest_repeat([word for word, _ in words])
    if not size or _longest_repeat([match[0] for match in _WORD.finditer(source[:LONGEST])])[0] * 2 > size:
        return
    span = (words[start][1][0], words[start + size - 1][1][1])
    ends = {0, *(match.end() for match in _SENTENCE_END.finditer(output + " "))}
    sentence = size >= _PHRASE // 2 and _start_of(output, span[0]) in ends and _end_of(output, span[1]) in ends
    whole = 2 * size == len(words)
    if whole or sentence or size >= _PHRASE:
        message = f"says «{_shown(output[slice(*span)])}» twice"
        yield Finding("coverage", "fail" if sentence or (whole and size > 1) else "warn", message, output=(span,))


def _start_of(text: str, place: int) -> int:
    """Go back over opening marks."""
    while place and not text[place - 1].isspace():
        place -= 1
    return place


def _end_of(text: str, place: int) -> int:
    """Go on over closing marks and spaces, as the end of a sentence does."""
    match = _SENTENCE_END.match(text + " ", place)
    return match.end() if match else -1


def _longest_repeat(words: Sequence[str]) -> tuple[int, int]:
    """Give the length of the longest run of words that comes again behind itself, and where it comes again."""
    best, place = 0, 0
    row = [0] * (len(words) + 1)
    for second in range(len(words)):
        for first in range(second, 0, -1):  # backwards, so that one row does
            row[first] = min(row[first - 1] + 1, second - first + 1) if words[first - 1] == words[second] else 0
            if row[first] > best:
                best, place = row[first], second - row[first] + 1
    return best, place


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a text that may have no counterpart.

    ``evidence`` of its words, in units of log odds; ``gain``: how much closer the text is to the other one without it,
    in cosine; ``shortfall``: by how many standard deviations the other text is too short, 0 where it is not.
    """

    span: Span
    evidence: float
    gain: float
    shortfall: float

    def score(self, weights: Weights) -> float:
        """Give the log odds that something is missing."""
        return weights.bias + float(np.dot(weights.of, (self.evidence, self.gain, self.shortfall)))


def reads(source: str, output: str) -> list[str]:
    """List the texts whose vectors will be wanted, so that those of many pairs can be made at once."""
    source, output = source[:LONGEST], output[:LONGEST]
    words = [form for word in source_words(source) for form in forms(word.text)]
    return [source, output, *words, *(word.text for word in output_words(output))]


def gaps(source: str, output: str) -> dict[Literal["missing", "added"], Gap]:
    """Find the stretch of each text that is most likely to have no counterpart, if there is any."""
    arabic_words, english_words = source_words(source), output_words(output)
    if not arabic_words or not english_words:
        return {}
    given = calibration()
    capitals = _capitals(output)
    length = len(output) + _LETTERS_OF_A_WORD * capitals
    excess = given.length.deviation(len(source), length) if len(source) >= _SHORT else 0.0
    absent_source, absent_output = aligned(source, arabic_words, english_words)
    absent_source[np.argsort(-absent_source, kind="stable")[:capitals]] = 0.0
    found: dict[Literal["missing", "added"], Gap] = {}
    if missing := _likeliest((source, output), arabic_words, absent_source, max(0.0, -excess), given.missing):
        found["missing"] = missing
    if added := _likeliest((output, source), english_words, absent_output, max(0.0, excess), given.added):
        found["added"] = added
    return found


def _capitals(output: str) -> int:
    """Count the capitals of acronyms: Arabic spells out the words of what English writes as AfCFTA."""
    acronyms = _ACRONYM.findall(output) if not output.isupper() else []
    return sum(letter.isupper() for acronym in acronyms for letter in acronym)


def _gaps(source: str, output: str) -> Iterator[Finding]:
    given, found = calibration(), gaps(source, output)
    if (missing := found.get("missing")) and missing.score(given.missing) > given.missing.warn:
        message = f"nothing stands for «{_shown(source[slice(*missing.span)])}»"
        yield Finding("coverage", _grade(missing.score(given.missing), given.missing), message, (missing.span,))
    if (added := found.get("added")) and added.score(given.added) > given.added.warn:
        message = f"the source has nothing for «{_shown(output[slice(*added.span)])}»"
        yield Finding("coverage", _grade(added.score(given.added), given.added), message, output=(added.span,))


def _grade(score: float, weights: Weights) -> Literal["warn", "fail"]:
    return "fail" if score > weights.fail else "warn"


def _likeliest(
    texts: tuple[str, str], words: Sequence[Word], absent: NDArray[np.float64], shortfall: float, weights: Weights
) -> Gap | None:
    """Of the stretches with most evidence, take the one that brings the texts closer by going.

    None where no gain that was ever seen would make a warning of it: encoding a text without a stretch takes time.
    """
    text, other = texts
    total = np.concatenate([[0.0], np.cumsum(absent)])
    stretches = {
        (first, last): float(total[last] - total[first])
        for first, last in _stretches(text, words, absent)
        if words[last - 1].span[1] - words[first].span[0] < _MOST * len(text)
    }
    best = sorted(stretches, key=lambda stretch: -stretches[stretch])[:_CANDIDATES]
    best = [
        stretch
        for stretch in best
        if stretches[stretch] > 0
        and Gap((0, 0), stretches[stretch], _MOST_GAIN, shortfall).score(weights) > weights.warn
    ]
    if not best:
        return None
    spans = [_widened(text, words, *stretch) for stretch in best]
    whole, target = vectors.of_words([text, other])
    without = vectors.of_sentences([text[:start] + text[end:] for start, end in spans])
    gains = without @ target - whole @ target
    evidence = np.array([stretches[stretch] for stretch in best])
    chosen = int(np.round(_GAIN * gains + _EVIDENCE * evidence, 4).argmax())
    return Gap(spans[chosen], round(float(evidence[chosen]), 4), round(float(gains[chosen]), 4), shortfall)


def _stretches(text: str, words: Sequence[Word], absent: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield stretches of words that may be missing: ends of the text, clauses, and those with most evidence."""
    count = len(words)
    yield from ((first, count) for first in range(1, count - _FEWEST + 1))
    for slack in _SLACK:
        best = so_far = 0.0
        start, stretch = 0, (0, 0)
        for index, value in enumerate(absent + slack):  # Kadane's: the stretch with the greatest sum
            if so_far <= 0:
                so_far, start = 0.0, index
            so_far += value
            if so_far > best:
                best, stretch = so_far, (start, index + 1)
        if stretch[1]:
            yield stretch
    ends = [0, *(match.end() for match in _CLAUSE_STARTS.finditer(text)), len(text)]
    place = [word.span[0] for word in words]
    cuts = np.searchsorted(place, ends)
    yield from ((int(first), int(last)) for first, last in itertools.pairwise(cuts) if last > first)


def _widened(text: str, words: Sequence[Word], first: int, last: int) -> Span:
    """Take in the particles between a stretch and the next word that is not in it."""
    end = words[last].span[0] if last < len(words) else len(text)
    return words[first].span[0], end


def _shown(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= 2 * _FEWEST + 2 else " ".join([*words[:3], "…", *words[-2:]])
