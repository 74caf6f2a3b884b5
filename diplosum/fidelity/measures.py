"""What a number counts: money, which may not change its currency, and measures, which a translator may convert."""

import re
from dataclasses import dataclass
from functools import cache

from diplosum.finding import Span

# Currency -> how Arabic and English write it. Liras are called pounds too.
_CURRENCIES = {
    "dollar": (r"دولار(?:ات?|ين|ان)?", r"\$|dollars?|USD"),
    "euro": (r"[يأ]ورو(?:هات)?", r"€|euros?|EUR"),
    "pound": (r"جنيه(?:ات?|ين|ان|ا)?|ليرة|ليرات|باوند", r"£|pounds?|sterling|lir[ae]s?|quid|GBP"),
    "yen": (r"ينا?(?= ياباني)", r"¥|yen|JPY"),
    "riyal": (r"ريالا?ت?", r"ri[yj]?als?|reals?|reais|SAR|QAR"),
    "dirham": (r"درهما?|دراهم", r"dirhams?|AED|MAD"),
    "dinar": (r"دينارا?|دنانير", r"dinars?"),
    "rouble": (r"روبلا?ت?", r"ro?ubles?"),
    "rupee": (r"روبية|روبيات", r"rupees?|rupiahs?|Rs"),
    "yuan": (r"يوانا?", r"yuans?|renminbi|RMB|CNY"),
    "shekel": (r"شيكلا?|شواكل|شيقل", r"shekels?|NIS"),
    "rand": (r"راندا?", r"rands?|ZAR"),
    "peso": (r"بيزو|بيسو", r"pesos?"),
    "franc": (r"فرنكا?ت?", r"francs?|CHF|CFA"),
    "krona": (r"كرونة|كرونات|كرونا", r"kron[aeo]r?|krónur"),
    "won": (r"وون", r"won"),
}
# Measure -> Arabic, English, what it measures, how many of the first of its kind it is.
_MEASURES: tuple[tuple[str, str, str, float], ...] = (
    ("كيلو ?مترا?ت?|كم", "kilomet(?:er|re)s?|km|kph", "length", 1000),
    ("سنتيمترا?ت?|سم", "centimet(?:er|re)s?|cm", "length", 0.01),
    ("ملليمترا?ت?|مليمترا?ت?|مم", "millimet(?:er|re)s?|mm", "length", 0.001),
    ("مترا?|أمتار|م", "met(?:er|re)s?|m", "length", 1),
    ("ميلا?|أميال", "miles?|mi|mph", "length", 1609.34),
    ("قدما?|أقدام", "feet|foot|ft", "length", 0.3048),
    ("بوصة|بوصات|إنش", "inch(?:es)?|in", "length", 0.0254),
    ("ياردة|ياردات", "yards?|yd", "length", 0.9144),
    ("كيلو ?غراما?ت?|كيلو ?جراما?ت?|كغ|كجم|كيلو", "kilogram(?:me)?s?|kilos?|kg", "weight", 1),
    ("رطلا?|أرطال|باوند", "pounds?|lbs?", "weight", 0.45359),
    ("طنا?|أطنان", "tons?|tonnes?", "weight", 1000),
    ("غراما?ت?|جراما?ت?", "gram(?:me)?s?|g", "weight", 0.001),
    ("أوقية|أونصة|أونصات", "ounces?|oz", "weight", 0.02835),
    ("هكتارا?ت?", "hectares?|ha", "area", 1),
    ("فدانا?|أفدنة|فدادين", "acres?|feddans?", "area", 0.40469),
    ("دونما?ت?", "dunums?|dunams?", "area", 0.1),
    ("لترا?ت?", "lit(?:er|re)s?|l", "volume", 1),
    ("غالونا?ت?|جالونا?ت?", "gallons?", "volume", 3.7854),
    ("برميلا?|براميل", "barrels?|bbl", "volume", 158.99),
)
_ROUNDED = 0.06  # a translator rounds


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that is named beside a number."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a text, and where it ends: what it counts follows."""

    text: str
    value: float
    end: int


def currencies(text: str, *, arabic: bool) -> list[Currency]:
    """List the currencies of a sentence that holds numbers, in order."""
    found = _currencies(arabic=arabic).finditer(text)
    return [Currency(str(match.lastgroup), match.span()) for match in found]


@cache
def _currencies(*, arabic: bool) -> re.Pattern[str]:
    names = (f"(?P<{name}>{forms[0 if arabic else 1]})" for name, forms in _CURRENCIES.items())
    before = r"(?<!\w)[وفبلك]?(?:ال)?" if arabic else r"(?<![A-Za-z])"
    return re.compile(f"{before}(?:{'|'.join(names)})(?![A-Za-z\u0620-\u064a])", 0 if arabic else re.IGNORECASE)


@cache
def _measures(*, arabic: bool) -> re.Pattern[str]:
    names = (f"(?P<m{index}>{measure[0 if arabic else 1]})" for index, measure in enumerate(_MEASURES))
    return re.compile(rf"[\s-]*(?:{'|'.join(names)})(?!\w)")


def same(before: Counted, after: Counted) -> bool:
    """Whether two numbers are one length, weight, area or volume in two measures, an Arabic and an English one."""
    first = _measures(arabic=True).match(before.text, before.end)
    second = _measures(arabic=False).match(after.text, after.end)
    if not first or not second or first.lastgroup == second.lastgroup:
        return False
    _, _, kind, size = _MEASURES[int(str(first.lastgroup)[1:])]
    _, _, other, other_size = _MEASURES[int(str(second.lastgroup)[1:])]
    return kind == other and abs(before.value * size - after.value * other_size) <= _ROUNDED * before.value * size
