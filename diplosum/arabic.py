"""Arabic letters and digits: the model's copy of a text, and is it Arabic at all.

The model reads a tidied copy; what is shown, written and counted is always the user's own text.
Full NFKC is never applied: it would turn ½ into 1⁄2 and … into three full stops.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

_LETTER = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06fa-\u06fc\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc"
_LETTERS = re.compile(f"[{_LETTER}]")
# Letters that Persian, Urdu, Kurdish and Pashto write and Arabic does not; the look-alikes below are not among them,
# because Arabic typed on a Persian keyboard is full of them.
_FOREIGN = re.compile("[پچژگٹڈڑںێۆڕڵۇېټډړږښڼځڅ]")
_WITH_ARTICLE = re.compile(rf"(?<![{_LETTER}])[وفبك]?(?:ال|لل)[{_LETTER}]{{2}}")
_WORDS = re.compile(rf"[{_LETTER}\u064b-\u0652\u0640]+")

# Above this share of foreign letters a text is not Arabic: Persian has about 3 %, Urdu more; Arabic next to none.
_FOREIGN_SHARE = 0.01
# Unless this share of the words carries the Arabic article: about a quarter do in Arabic prose, hardly one in Persian.
_ARTICLE_SHARE = 0.1
_SAMPLE = 200_000  # characters that suffice to tell the language of a long text

_TATWEEL = re.compile(rf"(?<![{_LETTER}])ه\u0640(?![{_LETTER}])|\u0640+")
_DIACRITICS = re.compile("[\u064b-\u0652\u0670\u06d6-\u06ed]")
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_ORNATE = frozenset("﴾﴿ﷺﷻ﷽")  # signs that stand for themselves or for a whole phrase
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_NON_JOINER = re.compile("\u200c")
_JOINER = re.compile(rf"(?<=[{_LETTER}])\u200d|\u200d(?=[{_LETTER}])")
_LOOKALIKES = str.maketrans({"ی": "ي", "ے": "ي", "ک": "ك", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه"})
_SPACES = re.compile(r"\s+(?=[،؛])|\s+(?=[.؟!:](?:\s|$))|\s{2,}|[^\S ]|^\s+|\s+$")

_WESTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which changes the model's copy of a text may show; a model trained on raw text switches them off."""

    tatweel: bool = True
    diacritics: bool = True
    presentation_forms: bool = True
    controls: bool = True
    lookalikes: bool = True
    spaces: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """How often one rule changed a text."""

    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Copy:
    """What the model reads instead of a text, and what was changed to get it."""

    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """Whether a text is Arabic, and if it is not, in words why."""

    arabic: bool
    reason: str


def count_letters(text: str) -> int:
    """Letters of the Arabic script in ``text``."""
    return sum(1 for _ in _LETTERS.finditer(text))


def has_letters(text: str) -> bool:
    """Whether there is one letter of the Arabic script in ``text``."""
    return _LETTERS.search(text) is not None


def language(text: str) -> Language:
    """Tell Arabic from other languages in its script, by their own letters and by the Arabic article.

    Reads the first 200,000 characters.
    """
    sample = text[:_SAMPLE]
    letters = count_letters(sample)
    if not letters:
        return Language(arabic=False, reason="it has no Arabic letters")
    foreign = len(_FOREIGN.findall(sample))
    if foreign / letters <= _FOREIGN_SHARE:
        return Language(arabic=True, reason="its letters are Arabic")
    if len(_WITH_ARTICLE.findall(sample)) / max(1, len(_WORDS.findall(sample))) >= _ARTICLE_SHARE:
        return Language(arabic=True, reason="its words carry the Arabic article")
    common = ", ".join(sorted(set(_FOREIGN.findall(sample)))[:4])
    return Language(arabic=False, reason=f"{foreign} of {letters} letters are Persian, Urdu or Kurdish ({common})")


@cache
def _plain_letters(sign: str) -> str:
    """Spell a presentation form in plain letters; the spacing forms of diacritics lose their carrier space."""
    return sign if sign in _ORNATE else unicodedata.normalize("NFKC", sign).replace(" ", "")


def _tatweel(text: str) -> tuple[str, int]:
    kept = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal kept
        if match[0][0] != "ه":
            return ""
        kept += 1
        return match[0]  # the mark of a Hijri year: 1445هـ

    changed, count = _TATWEEL.subn(replace, text)
    return changed, count - kept


def _diacritics(text: str) -> tuple[str, int]:
    return _DIACRITICS.subn("", text)


def _presentation_forms(text: str) -> tuple[str, int]:
    changed = _PRESENTATION.sub(lambda match: _plain_letters(match[0]), text)
    return changed, sum(1 for match in _PRESENTATION.finditer(text) if match[0] not in _ORNATE)


def _controls(text: str) -> tuple[str, int]:
    text, breaks = _BREAKS.subn(" ", text)
    text, invisible = _INVISIBLE.subn("", text)
    text, joiners = _JOINER.subn("", text)
    return text, breaks + invisible + joiners


def _non_joiners(text: str) -> tuple[str, int]:
    return _NON_JOINER.subn(" ", text)


def _lookalikes(text: str) -> tuple[str, int]:
    changed = text.translate(_LOOKALIKES)
    return changed, sum(1 for before, after in zip(text, changed, strict=True) if before != after)


def _spaces(text: str) -> tuple[str, int]:
    def replace(match: re.Match[str]) -> str:
        before_mark = text[match.end() : match.end() + 1] in tuple("،؛.؟!:")
        return "" if before_mark or match.start() == 0 or match.end() == len(text) else " "

    return _SPACES.subn(replace, text)


# Rule, whether it waits for a document that is Arabic, function. In the order in which they are applied: forms before
# diacritics, because forms of diacritics become diacritics; spaces last, because others leave some.
_STEPS: tuple[tuple[str, bool, Callable[[str], tuple[str, int]]], ...] = (
    ("controls", False, _controls),
    ("controls", True, _non_joiners),
    ("presentation_forms", False, _presentation_forms),
    ("tatweel", False, _tatweel),
    ("diacritics", False, _diacritics),
    ("lookalikes", True, _lookalikes),
    ("spaces", False, _spaces),
)


def for_model(text: str, rules: Rules, *, arabic: bool = True) -> Copy:
    """Make the copy of ``text`` that a model reads.

    ``arabic`` says that the whole document is Arabic: only then are look-alike letters of other keyboards replaced and
    zero-width non-joiners turned into spaces. Letters that differ in meaning (أ إ آ ى ة) are never folded.
    """
    changes: dict[str, int] = {}
    for rule, only_arabic, step in _STEPS:
        if getattr(rules, rule) and (arabic or not only_arabic):
            text, count = step(text)
            if count:
                changes[rule] = changes.get(rule, 0) + count
    return Copy(text, tuple(Change(rule, count) for rule, count in changes.items()))


def western_digits(text: str) -> str:
    """Write Arabic-Indic and Persian digits as 0-9."""
    return text.translate(_WESTERN_DIGITS)
