"""All of a sentence should be said in English, once, and nothing else.

What is missing is a stretch of the source whose words have no counterpart, which no passage of the output is like and
without which the sentence is closer to its output; what was added, a stretch of the output likewise: gaps.py.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from diplosum import arabic
from diplosum.fidelity import gaps
from diplosum.fidelity.calibration import Weights, calibration
from diplosum.fidelity.gaps import LONGEST
from diplosum.finding import Finding

_SENTENCE_END = re.compile(r"[.!?؟…]+[\"'”’»)\]]*\s+")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3](?:[\u0610-\u06ff\s،؛]*[\u0620-\u064a\u066e-\u06d3])?")
_LEFT_OVER = re.compile(
    r"⁇|\ufffd|▁|</?s>|<pad>|\[(?:UNK|CLS|SEP|PAD)\]|<unk>|<extra_id_\d+>|>>\w+<<|<2\w{2,3}>|__\w{2,3}__"
    r"|\b(?:[a-z]{3}_(?:Latn|Arab)|ar_AR|en_XX)\b"
)
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w+")
_SHOWN = 6  # words of a stretch that are shown, or else its first three and last two
_COPIED = 0.5  # share of the letters of an output that are Arabic
_PHRASE = 6  # words that are hardly said twice by chance
_WORDS_OF_ONE = 3  # English words that one Arabic word may take: «سطح الماء» is "on the surface of the water"


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
    in_source, _ = _longest_repeat([match[0] for match in _WORD.finditer(source[:LONGEST])])
    if size <= in_source * _WORDS_OF_ONE:
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


def _gaps(source: str, output: str) -> Iterator[Finding]:
    given, found = calibration(), gaps.find(source, output)
    if missing := gaps.likeliest(found["missing"], given.missing):
        message = f"nothing stands for «{_shown(source[slice(*missing.span)])}»"
        yield Finding("coverage", _grade(missing, given.missing), message, (missing.span,))
    if added := gaps.likeliest(found["added"], given.added):
        message = f"the source has nothing for «{_shown(output[slice(*added.span)])}»"
        yield Finding("coverage", _grade(added, given.added), message, output=(added.span,))


def _grade(gap: gaps.Gap, weights: Weights) -> Literal["warn", "fail"]:
    return "fail" if gap.score(weights) > weights.fail else "warn"


def _shown(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= _SHOWN else " ".join([*words[:3], "…", *words[-2:]])
