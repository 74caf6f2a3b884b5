"""Words that somebody said, in the source, should be somebody's words in the output.

Arabic newspapers also quote names («رويترز», «أوشن فايكينغ»), which English writes bare: a name that lost its marks is
worth a note, a phrase or a sentence that lost them a warning.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diplosum.fidelity.alignment import likeness, output_words, source_words
from diplosum.fidelity.folding import fold
from diplosum.finding import Finding, Severity, Span

_SIGNS = "\"“”„‟«‹‘'` "
_BEFORE = 20  # characters
_NAME = 5  # words of the longest name
_COUNTERPART = 0.6  # cosine from which a word is another's translation; below, names are spelt by their sound
# «لا نية لدينا، قالها الوزير»: Arabic may leave the marks out where it names the speaker behind the words.
_SPOKEN = re.compile(
    r"[،:!؟] ?و?(?:قال|قالت|قالها|قالتها|يقول|تقول|أضاف|أضافت|صرح|أكد|أكدت|هذا ما|هكذا|بهذه|بهذا|بحسب"
    r"|والكلام|على حد)(?!\w)"
)
# Behind these even a name keeps its marks in English: titles, by-names, words as words, and "is described as".
_TITLED = re.compile(
    r"(?:^|\s)[وفبلك]{0,2}(?:ال)?(?:عنوان|شعار|لقب|كلمة|عبارة|مصطلح|لفظ|لفظة|وصف|اسم|كتاب|رواية|فيلم|أغنية|قصيدة|مسرحية|تمرين|مناورة"
    r"|مناورات|عملية|خطة|محاضرة|ندوة|يعني|تعني|معناه|أي|يسمي|تسمي|السري|ب|أن(?=ه))(?:ه|ها|هم)?\s*[:(]?\s*$|[:(]\s*$"
)
_LETTER = r"[^\W\d_]"
_MARK = re.compile(
    r"(?P<open>[«‹„‟]|&laquo;|&ldquo;|``)|(?P<close>[»›]|&raquo;|&rdquo;|'')|(?P<either>[\"“”″＂]|&quot;|&#34;)"
    # Single marks stand outside words; apostrophes stand in them, or behind an s or before a number.
    rf"|(?P<single_open>(?<![\w'’])[‘'‚’](?={_LETTER}))|(?P<single_close>(?<=[\w.,!?…])['’](?!\w))"
)
_MEASURE = re.compile(r"\d\s?$")  # 12" are inches


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between marks, without them; ``whole``: it begins and ends in this sentence."""

    span: Span
    whole: bool


def quotations(text: str) -> list[Quotation]:
    """List the quotations of a text; of those within another, only the outer one."""
    found: list[Quotation] = []
    opened: list[tuple[str, int]] = []  # kind of the mark, and where the quotation begins
    for match in _MARK.finditer(text):
        kind = "single" if match.lastgroup in {"single_open", "single_close"} else "double"
        level = next((level for level, (other, _) in enumerate(opened) if other == kind), None)
        closes = match.lastgroup in {"close", "single_close"} or (match.lastgroup == "either" and level is not None)
        if not closes:
            if match.lastgroup == "open" or not _MEASURE.search(text, 0, match.start()):
                opened.append((kind, match.end()))
        elif level is not None:
            start = opened[level][1]
            del opened[level:]
            if not opened or opened[0][0] == "single":  # a single mark before it may be an apostrophe
                found = [one for one in found if one.span[0] < start]
                found.append(Quotation((start, match.start()), whole=True))
        elif kind == "double":
            found = [Quotation((0, match.start()), whole=False)]
    loose = [start for kind, start in opened if kind == "double"]
    found += [Quotation((start, len(text)), whole=False) for start in loose[:1]]
    return [one for one in found if text[slice(*one.span)].strip()]


def check(source: str, output: str) -> list[Finding]:
    """Find quotations that one side has and the other does not."""
    said, repeated = quotations(source), quotations(output)
    if not said:
        return list(_added(repeated, source, output))
    if len(repeated) < len(said):
        return list(_lost(said, repeated, source, output))
    if all(one.whole for one in said) and not all(one.whole for one in repeated):
        half = tuple(one.span for one in repeated if not one.whole)
        return [Finding("quotation", "note", "a quotation mark has no partner", output=half)]
    return []


def _added(repeated: Sequence[Quotation], source: str, output: str) -> Iterator[Finding]:
    if repeated:
        spans = tuple(one.span for one in repeated)
        plain = any(one.whole for one in repeated) and not _SPOKEN.search(fold(source).text)
        severity: Severity = "warn" if plain else "note"
        yield Finding("quotation", severity, f"{_shown(output, spans[0])} is not quoted in the source", output=spans)


def _lost(said: Sequence[Quotation], repeated: Sequence[Quotation], source: str, output: str) -> Iterator[Finding]:
    words = [one for one in said if not _is_name(one, source, output)]
    if repeated:  # some are kept: that a short one is not is no harm
        words = [one for one in words if len(source[slice(*one.span)].split()) > _NAME]
    sure = len(words) > len(repeated)
    spans = tuple(one.span for one in (words if sure else said))
    message = f"{_shown(source, spans[0])} is quoted in the source and not in the output"
    yield Finding("quotation", "warn" if sure else "note", message, spans)


def _is_name(one: Quotation, source: str, output: str) -> bool:
    """Tell a name from words that somebody said: it is short, and written with capitals or by its sound."""
    quoted, before = source[slice(*one.span)], source[: one.span[0]].rstrip(_SIGNS)
    if len(quoted.split()) > _NAME or _TITLED.search(fold(before).text[-_BEFORE:]):
        return False
    words, others = source_words(quoted), output_words(output)
    if not words or not others:
        return not words
    cosines = likeness(words, others)
    translated = [others[int(row.argmax())] for row in cosines if row.max() >= _COUNTERPART]
    return not any(word.text[0].islower() for word in translated)


def _shown(text: str, span: Span) -> str:
    words = text[slice(*span)].split()
    return f"«{' '.join(words)}»" if len(words) <= _NAME + 1 else f"«{' '.join(words[:_NAME])} …»"
