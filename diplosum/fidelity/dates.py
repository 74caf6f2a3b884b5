"""Months, weekdays and eras: «كانون الثاني», يناير and جانفي are January, ق.م is BC, هـ is AH."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from diplosum.finding import Finding, Severity, Span

Sort = Literal["month", "Hijri month", "weekday", "era"]

# Levantine, Egyptian and Gulf, Maghreb; Hijri; from Monday; eras.
_ARABIC: dict[Sort, tuple[str, ...]] = {
    "month": (
        "كانون ?ال?ثاني|يناير|جانفي|كانون ثان",
        "شباط|فبراير|فيفري",
        "[آاأ]ذار|مارس",
        "نيسان|[أاإآ]بريل|[أا]فريل",
        "[أاآإ]يار|مايو|ماي",
        "حزيران|يونيو|يونيه|يونية|جوان",
        "تموز|يوليو|يوليه|يولية|يوليوز|جويلية",
        "آب|[أا]غسطس|أوت|غشت",
        "[أاإ]يلول|سبتمبر|شتنبر",
        "تشرين ?(?:ال)?[أا]ول|[أا]كتوبر",
        "تشرين ?(?:ال)?(?:ثاني|ثان)|نوفمبر|نونبر",
        "كانون ?(?:ال)?[أا]ول|ديسمبر|دجنبر",
    ),
    "Hijri month": (
        "محرم",
        "صفر",
        "ربيع ال[أا]ول",
        "ربيع (?:الثاني|ال[آا]خر)",
        "جماد[ىي] ال[أا]ول[ىي]?",
        "جماد[ىي] (?:ال[آا]خرة|الثانية|ال[آا]خر)",
        "رجب",
        "شعبان",
        "رمضان",
        "شوال",
        "ذ[وي] ?القعدة",
        "ذ[وي] ?الحجة",
    ),
    "weekday": (
        "(?:ال)?[إا]ثنين",
        "(?:ال)?ثلاثاء|(?:ال)?ثلثاء",
        "(?:ال)?[أا]ربعاء",
        "(?:ال)?خميس",
        "(?:ال)?جمعة",
        "(?:ال)?سبت",
        "ال[أا]حد(?! عشر)|(?<=كل )أحد|(?<=يوم )[أا]حد|أحد (?=الشعانين)",
    ),
    "era": ("ق ?\\. ?م|قبل الميلاد|قبل الميلادي", "هـ|هجري|هجرية|للهجرة|الهجري|الهجرية"),
}
_ENGLISH: dict[Sort, tuple[str, ...]] = {
    "month": (
        "January|Jan",
        "February|Feb",
        "March|Mar",
        "April|Apr",
        "May",
        "June|Jun",
        "July|Jul",
        "August|Aug",
        "September|Sept|Sep",
        "October|Oct",
        "November|Nov",
        "December|Dec",
    ),
    "Hijri month": (
        "Muharr?am",
        "Safar",
        "Rabi['’‘]?[ -](?:al-|ul-)?(?:I|Aww?al)",
        "Rabi['’‘]?[ -](?:al-|ul-)?(?:II|Thani|[AĀ]khir)",
        "Jum[ao]da?h?[ -](?:al-|ul-)?(?:I|[UO]u?la|Aww?al)",
        "Jum[ao]da?h?[ -](?:al-|ul-)?(?:II|Thani(?:ya)?h?|[AĀ]khira?h?)",
        "Raja?b",
        "Sha['’‘]?baa?n",
        "Ramad[ha]*an|Ramzan",
        "Shaww?al",
        "Dh?[uū]l?['’]?[ -]?(?:al-|l-)?Q[aiā]['’‘]?dah?",
        "Dh?[uū]l?['’]?[ -]?(?:al-|l-)?Hijj?ah?",
    ),
    "weekday": (
        "Mondays?|Mon",
        "Tuesdays?|Tues?",
        "Wednesdays?|Wed",
        "Thursdays?|Thurs?",
        "Fridays?|Fri",
        "Saturdays?|Sat|Sabbath",
        "Sundays?(?! Times)|Sun",
    ),
    "era": ("BCE?|B\\.C\\.(?:E\\.)?|before Christ|before the Common Era", "AH|A\\.H\\.|Hijr[ia]h?|Hegira|Hejira"),
}
# Words that are not always a date: to practise, a father, the two, a prayer, names of people and cars.
_DOUBTFUL_ARABIC = re.compile(
    "مارس|آب|ماي|جوان|أوت|نيسان|[أا]غسطس|محرم|صفر|رجب|شعبان|رمضان|شوال|هجري.*|أحد ?"
    "|(?!ال).*(?:ثنين|ثاء|ربعاء|خميس|جمعة|سبت)|ال[إا]ثنين|الجمعة|الخميس|ال[أا]حد|السبت"
)
_ARABIC_CONTEXT_BEFORE = re.compile(
    r"(?:[\d٠-٩]\s*(?:من\s+)?|(?:يوم|أيام|ليلة|صباح|مساء|ظهر|فجر|عصر|أمس|أول|شهر|شهري|غد|غدا|اليوم|مطلع|أوائل|أواخر"
    r"|منتصف|نهاية|بداية|بحلول|منذ|حتى|[/،-])\s*(?:من\s+)?)$"
)
_ARABIC_CONTEXT_AFTER = re.compile(
    r"\s*(?:[\d٠-٩]|عام|سنة|الماضي|المقبل|القادم|الجاري|الحالي|المنصرم|[/]|من (?:عام|سنة|العام))"
)
_DOUBTFUL_ENGLISH = re.compile("March|April|May|June|August|Sabbath|Safar|AH|[A-Z][a-z]{2,4}")
_ENGLISH_SHORT = re.compile("Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec")
_ENGLISH_CONTEXT_BEFORE = re.compile(
    r"(?:\d(?:st|nd|rd|th)?\s*(?:of\s+)?|\b(?:in|of|since|until|till|by|last|next|this|early|late|mid|from|to|between|and"
    r"|on|through|before|after|during|ending|every|each|or)[ -])$",
    re.IGNORECASE,
)
_ENGLISH_CONTEXT_AFTER = re.compile(r"\.?,?\s*(?:\d|of \d|(?:of )?(?:last|this|next) year)")
# «تشرين» alone is either of two months.
_HALF_NAMED = re.compile("تشرين|كانون")
_HALVES = {"تشرين": (10, 11), "كانون": (12, 1)}
_LETTER = "[^\\W\\d_]"
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4})([/.-])(\d{1,2})(?:\2\d{2,4})?(?!\d)")
_VOWELS = re.compile("[\u064b-\u0652\u0670]|(?<!ه)\u0640|(?<=\\S\\Sه)\u0640")


@dataclass(frozen=True, slots=True)
class Mention:
    """A month (1-12), weekday (1 is Monday) or era (1 BC, 2 AH) named; not ``sure`` where the word may mean another."""

    sort: Sort
    number: int
    span: Span
    sure: bool = True


def check(source: str, output: str) -> list[Finding]:
    """Find months, weekdays and eras that differ, are missing, or were not in the source."""
    said, written = arabic(source), english(output)
    findings: list[Finding] = []
    for sort in _ARABIC:
        missing = _unanswered(sort, said, written, _numeric_months(output))
        invented = _unanswered(sort, written, said, _numeric_months(source))
        findings += _changed(source, output, missing, invented)
    return findings


def _unanswered(
    sort: Sort, ours: Sequence[Mention], theirs: Sequence[Mention], months: frozenset[int]
) -> list[Mention]:
    """List what one side is sure to name and the other side does not, each once."""
    answered = {mention.number for mention in theirs if mention.sort == sort} | (months if sort == "month" else set())
    asked = {mention.number: mention for mention in reversed(ours) if mention.sort == sort and mention.sure}
    return [mention for number, mention in asked.items() if number not in answered][::-1]


def _changed(source: str, output: str, missing: list[Mention], invented: list[Mention]) -> list[Finding]:
    findings = []
    while missing and invented:
        before, after = missing.pop(0), invented.pop(0)
        message = f"the {before.sort} «{_text(source, before)}» became “{_text(output, after)}”"
        findings.append(Finding("date", "fail", message, (before.span,), (after.span,)))
    for mention in missing:
        message = f"the {mention.sort} «{_text(source, mention)}» is missing"
        findings.append(Finding("date", _severity(mention), message, (mention.span,)))
    for mention in invented:
        message = f"the {mention.sort} “{_text(output, mention)}” is not in the source"
        findings.append(Finding("date", _severity(mention), message, (), (mention.span,)))
    return findings


def _severity(mention: Mention) -> Severity:
    """Warn of months and weekdays; eras and Hijri months are often said in another way."""
    return "warn" if mention.sort in {"month", "weekday"} else "note"


def _text(text: str, mention: Mention) -> str:
    return text[slice(*mention.span)]


def _numeric_months(text: str) -> frozenset[int]:
    """List what may be the month in the dates that are written in digits only."""
    parts = (int(part) for match in _NUMERIC_DATE.finditer(text) for part in re.findall(r"\d+", match[0]))
    return frozenset(part for part in parts if part <= 12)  # noqa: PLR2004 - months


def arabic(text: str) -> list[Mention]:
    """List months, weekdays and eras of an Arabic text, in order."""
    places = [index for index in range(len(text)) if not _VOWELS.match(text, index)]
    bare = "".join(text[index] for index in places)
    ends = [*places[1:], len(text)]
    found = []
    for mention in _mentions("arabic", bare):
        start, end = mention.span
        sure = mention.sure or bool(
            _ARABIC_CONTEXT_BEFORE.search(bare[max(0, start - 16) : start]) or _ARABIC_CONTEXT_AFTER.match(bare, end)
        )
        found.append(Mention(mention.sort, mention.number, (places[start], ends[end - 1]), sure))
    starts = {mention.span[0] for mention in found}
    for match in (match for match in _HALF_NAMED.finditer(text) if match.start() not in starts):
        found += [Mention("month", month, match.span(), sure=False) for month in _HALVES[match[0]]]
    return found


def english(text: str) -> list[Mention]:
    """List months, weekdays and eras of an English text, in order."""
    found = []
    for mention in _mentions("english", text):
        start, end = mention.span
        context = _ENGLISH_CONTEXT_BEFORE.search(text[max(0, start - 12) : start]) or _ENGLISH_CONTEXT_AFTER.match(
            text, end
        )
        sure = mention.sure or (context is not None and _ENGLISH_SHORT.fullmatch(text, start, end) is None)
        found.append(replace(mention, sure=sure))
    return found


def _mentions(language: Literal["arabic", "english"], text: str) -> Iterable[Mention]:
    pattern, sorts = _pattern(language)
    doubtful = _DOUBTFUL_ARABIC if language == "arabic" else _DOUBTFUL_ENGLISH
    for match in pattern.finditer(text):
        sort, number = sorts[str(match.lastgroup)]
        name = match[match.lastgroup or 0]
        yield Mention(sort, number, match.span(str(match.lastgroup)), doubtful.fullmatch(name) is None)


@cache
def _pattern(language: Literal["arabic", "english"]) -> tuple[re.Pattern[str], dict[str, tuple[Sort, int]]]:
    """Make one expression of all names; its groups say what was found."""
    names = _ARABIC if language == "arabic" else _ENGLISH
    sorts: dict[str, tuple[Sort, int]] = {}
    choices = []
    for sort, of_sort in names.items():
        for number, name in enumerate(of_sort, 1):
            group = f"g{len(sorts)}"
            sorts[group] = (sort, number)
            choices.append(f"(?P<{group}>{name})")
    before = f"(?<!{_LETTER})[وف]?[بلك]?" if language == "arabic" else f"(?<!{_LETTER})"
    after = f"(?:(?=عام|من)|(?!{_LETTER}))" if language == "arabic" else f"(?!{_LETTER})"  # «نوفمبرعام» is often seen
    return re.compile(f"{before}(?:{'|'.join(choices)}){after}"), sorts
