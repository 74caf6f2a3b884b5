"""Numbers in digits, in any of the three styles, and the words and marks between them: what both languages share."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from diplosum.fidelity.quantity import Force, Key, Quantity, Value, whole
from diplosum.finding import Span

Kind = Literal["word", "figure", "mark"]

# One character for one, so that spans of the plain text are spans of the sentence.
_PLAIN = str.maketrans(
    {
        **{digit: str(index % 10) for index, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９")},
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2008\u2009\u202f", " "),
        **dict.fromkeys("٪％", "%"),
        **dict.fromkeys("’‘ʼ", "'"),
        "٫": ".",
        "٬": ",",
        "⁄": "/",
    }
)
_ARABIC_COMMA = re.compile("(?<=[0-9])،(?=[0-9])")
_VULGAR = "¼½¾⅐-⅞"
# Runs of digits are bounded: a decoder that has lost its way writes thousands, which are no number of anything.
_TOKENS = re.compile(
    rf"""
      (?P<entity> &(?:\#\d+|[a-z]+); )
    | (?P<date> \d{{1,4}}(?P<between>[/.-])\d{{1,2}}(?P=between)(?:\d{{4}}|\d{{1,2}}) (?![\d.,]\d|\d) )
    | (?P<time> \d{{1,2}}:\d{{2}} (?: :\d{{2}} )? (?:\.\d{{1,30}})? (?!\d) )
    | (?P<grouped> \d{{1,3}} (?: (?P<group>[,.']) \d{{3}} ) (?: (?P=group)\d{{3}} ){{0,9}} (?: [.,]\d{{1,30}} )? (?!\d)
      | \d{{3}} [.]\d{{1,2}} [ ] \d{{1,2}} (?![\d%] | [./:-]\d )
      | (?: \d{{1,3}} (?:[ ]\d{{3}}){{1,9}} (?:[ ]\d{{1,2}})? | \d{{3}} [ ] \d{{1,2}} ) (?:[.,]\d{{1,30}})?
        (?![\d%] | [./:-]\d) )
    | (?P<mixed> \d{{0,30}} [ ]? [{_VULGAR}] )
    | (?P<over> \d{{1,30}} [ ]? / [ ]? \d{{1,30}} )
    | (?P<number> \d{{1,30}} (?: [.,]\d{{1,30}} )? )
    | (?P<word> [^\W\d_]+ (?: [\u064b-\u0652\u0640\u0670]+ [^\W\d_]* )* (?: '[a-z]{{1,2}}\b )? )
    | (?P<mark> \S )
    """,
    re.VERBOSE,
)
_HOURS, _MINUTES = 24, 60
_UNITS = frozenset(("km", "m", "cm", "mm", "mi", "ft", "o", "co", "no", "كم", "م", "سم", "مم", "ملم"))  # km2, CO2


@dataclass(frozen=True, slots=True)
class Token:
    """A word (in plain letters), a mark or a number in digits (with its quantity)."""

    kind: Kind
    start: int
    end: int
    text: str
    quantity: Quantity | None = None


Read = tuple[Quantity | None, int]  # a number, and the position of the token behind it


def plain(text: str) -> str:
    """Write digits, separators, dashes and spaces in one style, a character for a character."""
    return _ARABIC_COMMA.sub(",", text.translate(_PLAIN))


def tokens(text: str) -> list[Token]:
    """Cut a sentence into words, marks and numbers in digits."""
    found: list[Token] = []
    simple = plain(text)
    for match in _TOKENS.finditer(simple):
        group = str(match.lastgroup)
        if group in {"word", "mark", "entity"}:
            found.append(Token("word" if group == "word" else "mark", match.start(), match.end(), match[0]))
        else:
            keys, parts = _meanings(group, match[0])
            if group == "number":
                keys |= _abbreviated_year(simple, match.start(), match[0])
            time = group == "time" and not any(isinstance(key, int) for key in keys)
            quantity = Quantity(
                match.span(), keys, Force.DIGIT, "time" if time else "number", parts, _half(group, match[0])
            )
            found.append(Token("figure", match.start(), match.end(), match[0], quantity))
    return found


def clock(hour: int, minute: int) -> set[Key]:
    """Give the keys of a time of day: on the twelve-hour dial, and as plain hours where there are no minutes."""
    keys: set[Key] = {("time", (hour * _MINUTES + minute) % (_HOURS * _MINUTES // 2))}
    if minute == 0:
        keys |= {hour, hour % 12 or 12}
    return keys


def _half(group: str, text: str) -> Literal["", "pm"]:
    return "pm" if group == "time" and 12 < int(text.partition(":")[0]) < _HOURS else ""  # noqa: PLR2004 - noon


def _meanings(group: str, text: str) -> tuple[frozenset[Key], tuple[frozenset[Key], ...]]:
    if group == "date":
        return frozenset(), _date(re.split(r"[/.-]", text))
    if group == "time":
        return _time(text)
    if group == "grouped":
        return _grouped(text)
    if group == "mixed":
        count, sign = text[:-1].strip(), text[-1]
        part = Fraction(unicodedata.numeric(sign)).limit_denominator(10)
        return frozenset({whole(int(count or 0) + part)}), ()
    return _over(text) if group == "over" else _number(text)


def _over(text: str) -> tuple[frozenset[Key], tuple[frozenset[Key], ...]]:
    """Read 3/4, article 49/3, season 2005/06, and 10/47 o'clock, which may be set from right to left."""
    above, below = (int(part) for part in text.split("/"))
    keys: set[Key] = {decimal(f"{above}.{below}"), *({whole(Fraction(above, below))} if below else ())}
    for hour, minute in ((above, below), (below, above)):
        if hour < _HOURS and minute < _MINUTES:
            keys |= clock(hour, minute) if not above else _dial(hour, minute)
    months: list[set[Key]] = [{("month", part)} if part <= 12 else set() for part in (above, below)]  # noqa: PLR2004 - 9/11
    return frozenset(keys), (frozenset({above, *months[0]}), frozenset({below, above // 100 * 100 + below, *months[1]}))


def _dial(hour: int, minute: int) -> set[Key]:
    return {key for key in clock(hour, minute) if isinstance(key, tuple)}


def _number(text: str) -> tuple[frozenset[Key], tuple[frozenset[Key], ...]]:
    if text.isdigit():
        hour, minute = int(text) // 100, int(text) % 100
        times = _dial(hour, minute) if len(text) == 4 and hour < _HOURS and minute < _MINUTES else set()  # noqa: PLR2004 - 0230
        return frozenset({int(text), *times}), ()
    first, second = re.split("[.,]", text)
    keys: set[Key] = {decimal(text)}
    if len(second) == 2 and int(first) < _HOURS and int(second) < _MINUTES:  # noqa: PLR2004 - 10.30 p.m.
        keys |= _dial(int(first), int(second))
    return frozenset(keys), (frozenset({int(first)}), frozenset({int(second)})) if "," in text else ()


def decimal(text: str) -> Value:
    """Read digits with a decimal point or comma."""
    return whole(Fraction(text.replace(",", ".")))


def _grouped(text: str) -> tuple[frozenset[Key], tuple[frozenset[Key], ...]]:
    """Read 1,234.5 and 1.234,5 and 1 234; documents of the United Nations also write 24,042,875 as 875 042 24."""
    signs = re.findall(r"[^\d]", text)
    if signs == [".", " "]:  # 1,731.5 set from right to left
        last, first = text.split(" ")
        return frozenset({decimal(first + last)}), (frozenset({decimal(last)}), frozenset({int(first)}))
    if signs[0] == " ":
        body, _, rest = text.replace(",", ".").partition(".")
        groups = body.split(" ")
        after = f".{rest}" if rest else ""
        keys: set[Key] = {decimal("".join(order) + after) for order in (groups, groups[::-1]) if _in_order(order)}
        apart = not keys or _in_order(groups)  # 24 105 mm guns
        return frozenset(keys), tuple(frozenset({int(group)}) for group in groups) if apart else ()
    if len(signs) > 1 and signs[-1] != signs[0]:
        return frozenset({decimal(text.replace(signs[0], ""))}), ()
    if len(signs) > 1 or signs[0] == "'":
        return frozenset({int(re.sub(r"\D", "", text))}), ()
    thousands, fraction = int(re.sub(r"\D", "", text)), decimal(text)
    if signs[0] == "," and text[0] != "0":
        return frozenset({thousands}), ()
    return frozenset({fraction, thousands}) if text[0] != "0" else frozenset({fraction}), ()


def _in_order(groups: list[str]) -> bool:
    return not groups[0].startswith("0") and all(len(group) == 3 for group in groups[1:])  # noqa: PLR2004 - thousands


def _time(text: str) -> tuple[frozenset[Key], tuple[frozenset[Key], ...]]:
    numbers = [Fraction(part) for part in text.split(":")]
    hour, minute = int(numbers[0]), int(numbers[1])
    parts = tuple(frozenset({whole(number)}) for number in numbers)
    keys: set[Key] = set()
    if len(numbers) == 2:  # noqa: PLR2004 - hours and minutes
        keys |= clock(hour, minute) if hour <= _HOURS and minute < _MINUTES else set()
        if (hour == 0 or hour >= _HOURS) and minute < _HOURS:  # 00:11, which is 11:00 set from right to left
            keys |= clock(minute, hour) if hour < _MINUTES else set()
    return frozenset(keys), parts


def _date(numbers: list[str]) -> tuple[frozenset[Key], ...]:
    """Name the parts of 12/3/2015: any but the year may be the month, said by name elsewhere."""
    parts: list[frozenset[Key]] = []
    for number in numbers:
        value = int(number)
        keys: set[Key] = {value}
        if value <= 12:  # noqa: PLR2004 - months
            keys.add(("month", value))
        if len(number) == 2 and number == numbers[-1]:  # noqa: PLR2004 - 12/3/15
            keys |= {1900 + value, 2000 + value}
        parts.append(frozenset(keys))
    return tuple(parts)


def _abbreviated_year(text: str, start: int, digits: str) -> set[Key]:
    """Complete the 96 of 1995-96."""
    before = re.search(r"(\d\d)\d\d ?[-/] ?$", text[max(0, start - 8) : start])
    return {int(before[1] + digits)} if before and len(digits) == 2 else set()  # noqa: PLR2004 - two of a year's four


def section(found: list[Token], at: int) -> frozenset[Key]:
    """Read 2-1 as 2.1, the way paragraphs and articles are numbered."""
    for first in (at, at - 2):
        three = found[first : first + 3] if first >= 0 else []
        text = "".join(token.text for token in three)
        beside = bool(three) and three[-1].end - three[0].start == len(text)
        if beside and re.fullmatch(r"\d{1,3}-\d{1,3}", text):
            return frozenset({decimal(text.replace("-", "."))})
    return frozenset()


def is_code(found: list[Token], at: int) -> bool:
    """Whether a number stands within a name: M23, U-17, F16."""
    before = found[at - 1] if at else None
    if before and before.text == "-" and at > 1 and before.end == found[at].start and before.start == found[at - 2].end:
        before = found[at - 2]
        return before.kind == "word"
    after = found[at + 1] if at + 1 < len(found) else None
    letter = after is not None and after.start == found[at].end and len(after.text) == 1 and after.text.isupper()
    return letter or (before is not None and before.kind == "word" and before.end == found[at].start)


def is_marker(found: list[Token], at: int) -> bool:
    """Whether a number only counts: paragraphs, «3 -», "(6)", "47."; footnotes, «الهجوم3»; or raises a unit, km2."""
    before = found[at - 1] if at else None
    after = found[at + 1] if at + 1 < len(found) else None
    if before and before.kind == "word" and found[at].text in {"2", "3"} and before.text.lower() in _UNITS:
        return True
    if before and before.kind == "word" and before.end == found[at].start and len(found[at].text) < 3:  # noqa: PLR2004 - digits
        return before.text[0] > "\u0620" and len(before.text) > 3  # noqa: PLR2004 - بـ76 is none
    opened = all(token.kind == "mark" for token in found[:at])
    closed = after is not None and after.kind == "mark" and after.text in "-.)'`،:"
    beyond = found[at + 2] if at + 2 < len(found) else None
    if after and beyond and after.text == "-" and found[at].end == after.start and after.end == beyond.start:
        return False  # 21-year-old
    return opened and closed and len(found[at].text) < 4 and not (beyond and beyond.kind == "figure")  # noqa: PLR2004 - digits


def swept(count: int, read: Callable[[int], Read]) -> list[tuple[int, int, Quantity]]:
    """List the numbers among ``count`` tokens from left to right, each with its first position and that behind it."""
    found: list[tuple[int, int, Quantity]] = []
    at = 0
    while at < count:
        quantity, end = read(at)
        if quantity:
            found.append((at, end, quantity))
        at = max(end, at + 1)
    return found


def percentage(quantity: Quantity, found: Sequence[Token], at: int, end: int) -> Read:
    """Take a number with the words for per cent behind it, from token ``at`` to before character ``end``."""
    while at < len(found) and found[at].start < end:
        at += 1
    return replace(quantity, percent=True, span=(quantity.span[0], end)), at


def halved(quantity: Quantity, before: re.Match[str] | None, after: re.Match[str] | None) -> Quantity:
    """Take a time with the words behind it that say whether it is before or after noon, where there are any."""
    noon = before or after
    return replace(quantity, half="am" if before else "pm", span=(quantity.span[0], noon.end())) if noon else quantity


def span_of(found: list[Token], first: int, last: int) -> Span:
    """Give the characters from token ``first`` to before token ``last``."""
    return found[first].start, found[last - 1].end
