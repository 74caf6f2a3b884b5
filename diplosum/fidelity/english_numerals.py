"""Numbers of an English sentence: "one and a half million", "twenty-first", "the 1980s", "half past ten", "both"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from diplosum.fidelity import dates, figures
from diplosum.fidelity.figures import Token
from diplosum.fidelity.quantity import Force, Key, Quantity, Value, whole

Part = Literal["unit", "teen", "tens", "hundred", "scale", "ordinal", "fraction"]

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_IRREGULAR = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_IRREGULAR |= {"twelve": "twelfth"}
# "1.5m", "$2bn", "30k": what the letters behind a figure may mean beside a measure.
_LETTERS = {"k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "trn": 10**12}
_ORDINAL_ENDS = frozenset(("st", "nd", "rd", "th"))


@dataclass(frozen=True, slots=True)
class _Word:
    """A numeral word: which part of a number it is, and its value."""

    part: Part
    value: Value


def _ordinal(cardinal: str) -> str:
    if cardinal in _IRREGULAR:
        return _IRREGULAR[cardinal]
    return cardinal[:-1] + "ieth" if cardinal.endswith("y") else cardinal + "th"


def _numerals() -> dict[str, _Word]:
    words = {
        "zero": _Word("unit", 0),
        "half": _Word("fraction", Fraction(1, 2)),
        "halves": _Word("fraction", Fraction(1, 2)),
    }
    parts: Iterable[tuple[Part, Iterable[tuple[str, int]]]] = (
        ("unit", ((name, value) for value, name in enumerate(_UNITS, 1))),
        ("teen", ((name, value) for value, name in enumerate(_TEENS, 10))),
        ("tens", ((name, value * 10) for value, name in enumerate(_TENS, 2))),
        ("hundred", (("hundred", 100),)),
        ("scale", _SCALES.items()),
    )
    for part, names in parts:
        for name, value in names:
            words[name] = _Word(part, value)
            words[_ordinal(name)] = _Word("ordinal", value)
            if value > 2:  # noqa: PLR2004 - "thirds", but seconds are no fraction
                words[_ordinal(name) + "s"] = _Word("fraction", Fraction(1, value))
    words["quarter"] = words["quarters"] = _Word("fraction", Fraction(1, 4))
    return words


_NUMERALS = _numerals()
_VAGUE = {"tens": 10, "hundreds": 100, **{f"{name}s": value for name, value in _SCALES.items()}}
_DECADES = {name[:-1] + "ies": value * 10 for value, name in enumerate(_TENS, 2)}
# Words that hold a number without saying it: they may answer for «شخصان», «عقد», «الحادية عشرة».
_MANIFOLD = {
    0: "no none nil",
    1: "a an once single sole only another another's initial initially lone unilateral each every mono",
    2: "both twice couple pair pairs twin twins double doubled doubling doubles doubly dual two-fold twofold bilateral "
    "bilaterally either neither duo latter former half between mutual respective respectively twosome halved other joint "
    "biannual biennial biweekly secondary secondly",
    3: "triple tripled tripling trio thrice threefold trilateral tripartite triangle triangular treble trebled triplets "
    "triad triennial tertiary trilogy thirdly hat-trick",
    4: "quadruple quadrupled quartet fourfold quadrilateral quadripartite quarterly",
    5: "quintet fivefold quintuple pentagon",
    6: "sixfold hexagon sextet",
    7: "sevenfold",
    8: "octagon eightfold",
    10: "decade decades tenfold decimal decathlon",
    12: "noon midnight midday",
    14: "fortnight",
    100: "century centuries centenary centennial hundredfold percent",
    1000: "millennium millennia millennial thousandfold",
}
_HINTS: dict[str, tuple[Key, ...]] = {
    **{word: (value,) for value, words in _MANIFOLD.items() for word in words.split()},
    "noon": (12, ("time", 0)),
    "midday": (12, ("time", 0)),
    "midnight": (12, 0, ("time", 0)),
    "quarterly": (4, 3),
    "fortnight": (14, 2, 15),
    "clock": (24,),  # around it
    "arbaeen": (40,),
    "troika": (3,),
    "bicentennial": (200,),
    "bicentenary": (200,),
}
_MEASURES = {
    **dict.fromkeys(("decades", "decade"), 10),
    **dict.fromkeys(("centuries", "century"), 100),
    **dict.fromkeys(("weeks", "week"), 7),
    **dict.fromkeys(("days", "day"), 24),
    **dict.fromkeys(("years", "year"), 12),
    **dict.fromkeys(("dozen",), 12),
    **dict.fromkeys(("fortnights",), 14),
}
_ROMAN = re.compile(r"(?=[XVI]{2,}|[VX])(X{0,2})(IX|IV|V?I{0,3})")
_ROMAN_ONES = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_PERCENT = re.compile(r"[ -]?(?:%|per ?cent\b|pct\b|percentage\b)", re.IGNORECASE)
_BEFORE_NOON = re.compile(
    r"[ -]?(?:a\.m\b|am\b|AM\b|A\.M\b|(?:o'clock )?(?:in the|this|that|on \w+|yesterday|tomorrow|\w+day)? ?(?:morning|dawn)\b)"
)
_AFTER_NOON = re.compile(
    r"[ -]?(?:p\.m\b|pm\b|PM\b|P\.M\b|noon\b|(?:o'clock )?(?:in the|this|that|on \w+|yesterday|tomorrow|\w+day)? ?"
    r"(?:afternoon|evening)\b)"
)
_TO = frozenset(("to", "or", "and", "-"))
_HOURS, _MINUTES = 24, 60


def read(text: str) -> list[Quantity]:
    """List the numbers of an English sentence, in order."""
    return _Reader(text).quantities()


class _Reader:
    """Reads one sentence from left to right; positions are tokens."""

    def __init__(self, text: str) -> None:
        self._text = figures.plain(text)
        self._tokens = figures.tokens(text)
        self._words = [token.text.lower() if token.kind != "figure" else "" for token in self._tokens]

    def quantities(self) -> list[Quantity]:
        found: list[tuple[int, int, Quantity]] = []
        at = 0
        while at < len(self._tokens):
            quantity, end = self._read(at)
            if quantity:
                found.append((at, end, quantity))
            at = max(end, at + 1)
        return self._with_shared_scales(found) + self._centuries([one for _, _, one in found]) + self._months()

    def _centuries(self, found: Sequence[Quantity]) -> list[Quantity]:
        """Let the 1970s answer for the twentieth century."""
        return [
            Quantity(quantity.span, frozenset({key // 100 + 1}), Force.HINT)
            for quantity in found
            for key in quantity.keys
            if isinstance(key, int) and key >= 100 and any(isinstance(other, tuple) for other in quantity.keys)  # noqa: PLR2004
        ]

    def _months(self) -> list[Quantity]:
        """Let names of months answer for the months of dates in digits."""
        named = (mention for mention in dates.english(self._text) if mention.sort == "month")
        return [Quantity(mention.span, frozenset({("month", mention.number)}), Force.HINT) for mention in named]

    def _read(self, at: int) -> tuple[Quantity | None, int]:
        token, word = self._tokens[at], self._words[at]
        if token.kind == "mark":
            return None, at + 1
        if token.quantity and not _values(token.quantity):
            return self._finish(token.quantity, at, at + 1)
        if self._part(at) in {"hundred", "scale"} and self._is_vague(at):
            quantity = Quantity(
                (token.start, token.end), frozenset({("vague", int(_NUMERALS[word].value))}), Force.LIGHT, "vague"
            )
            return quantity, at + 1
        if token.quantity or (word in _NUMERALS and _NUMERALS[word].part != "fraction"):
            return self._number(at)
        if word in _NUMERALS or (word in {"a", "an"} and self._starts_number(at + 1)):
            return self._fraction(at)
        return self._vague(at) if word in _VAGUE else self._other(at)

    def _starts_number(self, at: int) -> bool:
        return self._part(at) in {"hundred", "scale", "fraction"} or self._word(at) in {"dozen", "third", "fifth"}

    def _number(self, first: int) -> tuple[Quantity, int]:
        self._apart: tuple[frozenset[Key], ...] = ()
        values, at, ordinal = self._compose(first)
        words = at > first + 1
        token = self._tokens[first]
        force = Force.DIGIT if any(one.kind == "figure" for one in self._tokens[first:at]) else Force.WORD
        keys: set[Key] = set(values)
        parts = self._apart
        if at == first + 1 and token.quantity:
            keys |= token.quantity.keys
            parts = token.quantity.parts
            if clock_or_decade := self._suffix(first, values):
                keys, at, ordinal = clock_or_decade
        if ordinal and self._words[first] in {"first", "second"} and not words:
            force = Force.LIGHT
        elif values in {(0,), (1,)} and force is Force.WORD:
            force = Force.HINT
        elif values == (2,) and force is Force.WORD and not ordinal:
            force = Force.LIGHT
        if ordinal and not words and len(values) == 1 and values[0] > 2:  # noqa: PLR2004 - "a third"
            keys.add(Fraction(1, int(values[0])))
        after = self._skip_hyphen(at)
        if self._word(after) == "dozen":
            keys, at = {value * 12 for value in values}, after + 1
        elif not ordinal and (factor := _MEASURES.get(self._word(after))):
            keys |= {value * factor for value in values}
        keys |= self._half_after_noun(values, at)
        sort: Literal["number", "ordinal"] = "ordinal" if ordinal else "number"
        quantity = Quantity(figures.span_of(self._tokens, first, at), frozenset(keys), force, sort, parts)
        return self._finish(quantity, first, at)

    def _half_after_noun(self, values: tuple[Value, ...], at: int) -> set[Key]:
        """Read "three years and a half"."""
        words = [self._word(at + ahead) for ahead in range(1, 4)]
        if words[0] == "and" and words[1] == "a" and words[2] in {"half", "quarter"}:
            return {whole(value + _NUMERALS[words[2]].value) for value in values}
        return set()

    def _suffix(self, at: int, values: tuple[Value, ...]) -> tuple[set[Key], int, bool] | None:
        """Read 3rd, 1980s, '90s, 1.5m and 10k."""
        figure, after = self._tokens[at], self._word(at + 1)
        if at + 1 >= len(self._tokens):
            return None
        if after == "'s" or (self._words[at + 1] == "'" and self._word(at + 2) == "s"):
            return None
        if self._tokens[at + 1].start != figure.end or not values:
            return None
        value = values[0]
        if after in _ORDINAL_ENDS:
            return {value}, at + 2, True
        if after == "s" and isinstance(value, int) and value % 10 == 0:
            recent = {("decade", value % 100)} if value < 100 or value // 100 in {19, 20} else set()  # noqa: PLR2004 - '90s
            return {value, ("decade", value), *recent}, at + 2, False
        if after in _LETTERS:
            scaled = {whole(one * _LETTERS[after]) for one in values}
            money = at and self._tokens[at - 1].kind == "mark" and self._words[at - 1] in "$€£¥"
            return scaled if money else {*values, *scaled}, at + 2, False
        return None

    def _compose(self, first: int) -> tuple[tuple[Value, ...], int, bool]:
        """Add and multiply words and digits; give values, the end, and whether it is an ordinal."""
        total: Value = 0
        last: int | None = None
        group: tuple[Value, ...] = ()
        at = first
        if self._tokens[first].quantity:
            group, at = _values(self._tokens[first].quantity), first + 1
            group, at = self._and_a_half(group, at)
        else:
            small = self._small(first)
            if small:
                group, at, ordinal = (small[0],), small[1], small[2]
                if ordinal:
                    return group, at, True
                group, at = self._and_a_half(group, at)
            else:
                group = (1,)
        while True:
            after = self._skip_hyphen(at)
            word = self._numeral(after)
            if word is None:
                break
            size = int(word.value) if word.part in {"scale", "hundred"} or word.value in _SCALES.values() else 0
            if word.part == "ordinal" and word.value in _SCALES.values() and group:
                return tuple(whole(total + value * word.value) for value in group), after + 1, True
            if word.part not in {"scale", "hundred"} or not group or (last and size >= last and word.part == "scale"):
                break
            if word.part == "hundred":  # "1.5 hundred", "a hundred" at the start
                group, at = tuple(whole(value * 100) for value in group), after + 1
                group, at, ordinal = self._rest(group, at)
                if ordinal:
                    return group, at, True
                continue
            scaled = tuple(whole(value * size) for value in group)
            total, last, group, at = total + scaled[0], size, (), after + 1
            halved, end = self._and_a_half((0,), at)
            if end > at:
                return (whole(total + halved[0] * size),), end, False
            following = self._following(at, size)
            if following is None:
                break
            self._apart = (frozenset({total}), frozenset(following[0])) if self._word(at) != "and" else ()
            group, at, ordinal = following
            if ordinal:
                return (whole(total + group[0]),), at, True
        values = tuple(whole(total + value) for value in group) if group else (total,)
        return values, at, False

    def _following(self, at: int, size: int) -> tuple[tuple[Value, ...], int, bool] | None:
        """Read what is added after a scale: "two thousand and four", "three million four hundred thousand"."""
        start = at + 1 if self._word(at) == "and" else self._skip_hyphen(at)
        if self._word(start) in {"a", "one"} and self._word(start + 1) == "hundred":
            start += self._word(start) == "a"
        small = self._small(start)
        if small is None or small[0] >= size:
            return None
        after = self._numeral(self._skip_hyphen(small[1]))
        if start != at and self._word(at) == "and" and after and (after.part == "scale" and int(after.value) >= size):
            return None
        return (small[0],), small[1], small[2]

    def _rest(self, group: tuple[Value, ...], at: int) -> tuple[tuple[Value, ...], int, bool]:
        """Read the "and five" of "two hundred and five"."""
        start = at + 1 if self._word(at) == "and" else self._skip_hyphen(at)
        small = self._below_hundred(start)
        if small is None or self._part(self._skip_hyphen(small[1])) == "hundred":
            return group, at, False
        return (group[0] + small[0],), small[1], small[2]

    def _small(self, at: int) -> tuple[Value, int, bool] | None:
        """Read a number below a thousand, or a year in two halves ("nineteen forty-five")."""
        read = self._below_hundred(at)
        if read is None:
            if self._part(at) != "hundred":
                word = self._numeral(at)
                return (word.value, at + 1, True) if word and word.part == "ordinal" else None
            read = (1, at, False)
        value, end, ordinal = read
        if ordinal:
            return read
        after = self._skip_hyphen(end)
        if self._part(after) == "hundred":
            group, end, ordinal = self._rest((value * 100,), after + 1)
            return group[0], end, ordinal
        if (hundredth := self._numeral(after)) and hundredth.part == "ordinal" and hundredth.value == 100:  # noqa: PLR2004
            return value * 100, after + 1, True
        if 10 <= value <= 20 and (second := self._below_hundred(after)) and second[0] >= 10 and not second[2]:  # noqa: PLR2004 - a century and its years
            return value * 100 + second[0], second[1], False
        return value, end, False

    def _below_hundred(self, at: int) -> tuple[Value, int, bool] | None:
        word = self._numeral(at)
        if word is None or word.part in {"hundred", "scale", "fraction"}:
            return None
        if word.part == "ordinal":
            return (word.value, at + 1, True) if word.value < 100 else None  # noqa: PLR2004 - as the name says
        if word.part == "tens":
            after = self._skip_hyphen(at + 1)
            second = self._numeral(after)
            if second and second.value < 10 and (second.part == "unit" or second.part == "ordinal"):  # noqa: PLR2004
                return word.value + second.value, after + 1, second.part == "ordinal"
        elif word.part in {"unit", "teen"}:
            after = self._skip_hyphen(at + 1)
            second = self._numeral(after)
            over = second.value if second and second.part == "fraction" else 0
            if second and second.part == "ordinal" and word.value == 1 and second.value > 2:  # noqa: PLR2004 - "one third"
                over = Fraction(1, int(second.value))
            if over and word.value:
                return whole(word.value * over), after + 1, False
        return word.value, at + 1, False

    def _and_a_half(self, group: tuple[Value, ...], at: int) -> tuple[tuple[Value, ...], int]:
        """Read "and a half" after a number: of its scale, which may follow."""
        words: list[str] = []
        ends: list[int] = []
        ahead = at
        while len(words) < 3 and ahead < len(self._tokens):  # noqa: PLR2004 - and, a, half
            if self._words[ahead] != "-":
                words.append(self._words[ahead])
                ends.append(ahead + 1)
            ahead += 1
        if len(words) > 1 and words[0] == "and":
            for size, fraction in ((2, words[1]), (3, words[2] if len(words) > 2 and words[1] in {"a", "one"} else "")):  # noqa: PLR2004
                if fraction in {"half", "quarter"}:
                    return tuple(whole(value + _NUMERALS[fraction].value) for value in group), ends[size - 1]
        return group, at

    def _is_vague(self, at: int) -> bool:
        """Whether it is the hundred of "a few hundred"."""
        before = self._words[max(0, at - 2) : at]
        return before[-1:] in (["few"], ["several"], ["many"]) or before == ["couple", "of"]

    def _fraction(self, first: int) -> tuple[Quantity, int]:
        """Read "a hundred", "half a million", "a quarter", "a dozen", "two-thirds"."""
        at = first + 1 if self._words[first] in {"a", "an"} else first
        word = self._word(at)
        if word == "dozen":
            return Quantity(figures.span_of(self._tokens, first, at + 1), frozenset({12}), Force.WORD), at + 1
        if self._part(at) in {"hundred", "scale"}:
            quantity, end = self._number(at)
            return replace(quantity, span=(self._tokens[first].start, quantity.span[1])), end
        value: Value = _NUMERALS[word].value
        ordinal = _NUMERALS[word].part == "ordinal"
        value = Fraction(1, int(value)) if ordinal else value
        force = Force.LIGHT if word in {"half", "quarter", "halves", "quarters"} else Force.WORD
        keys: set[Key] = {value}
        if ordinal:
            keys.add(_NUMERALS[word].value)
        at += 1
        after = at
        while self._word(after) in {"of", "a", "-", "the"}:
            after += 1
        if self._part(after) in {"scale", "hundred"}:
            keys, at, force = {whole(value * _NUMERALS[self._word(after)].value)}, after + 1, Force.WORD
        elif self._word(after) == "dozen":
            keys, at = {6}, after + 1
        if word == "half" and self._word(at) == "past":
            return self._past(first, at, 30)
        return Quantity(figures.span_of(self._tokens, first, at), frozenset(keys), force, "fraction"), at

    def _past(self, first: int, at: int, minutes: int) -> tuple[Quantity, int]:
        """Read "half past ten"."""
        values, end, _ = self._compose(at + 1) if at + 1 < len(self._tokens) else ((), at, False)
        span = figures.span_of(self._tokens, first, end)
        if not values or not isinstance(values[0], int) or values[0] > _HOURS:
            return Quantity(span, frozenset({Fraction(1, 2)}), Force.LIGHT, "fraction"), at
        keys = figures.clock(values[0] % _HOURS, minutes) | {whole(values[0] + Fraction(minutes, _MINUTES))}
        return self._finish(Quantity(span, frozenset(keys), Force.WORD, "time"), first, end)

    def _vague(self, first: int) -> tuple[Quantity, int]:
        size, at = _VAGUE[self._words[first]], first + 1
        while self._word(at) == "of" and self._word(at + 1) in _VAGUE:
            size, at = size * _VAGUE[self._word(at + 1)], at + 2
        span = figures.span_of(self._tokens, first, at)
        return Quantity(span, frozenset({("vague", size)}), Force.LIGHT, "vague"), at

    def _other(self, at: int) -> tuple[Quantity | None, int]:
        token, word = self._tokens[at], self._words[at]
        span = (token.start, token.end)
        if word in _DECADES:
            return Quantity(span, frozenset({("decade", _DECADES[word])}), Force.WORD, "decade"), at + 1
        if word in {"dozen", "dozens"}:
            keys: tuple[Key, ...] = (12,) if word == "dozen" else (("vague", 10), ("vague", 12))
            return Quantity(span, frozenset(keys), Force.LIGHT, "vague"), at + 1
        if word in _HINTS:
            half = self._half_after_noun((1,), at) if word in {"a", "an"} else set()
            half |= {18} if half and self._word(at + 1) == "year" else set()
            return Quantity(span, frozenset({*_HINTS[word], *half}), Force.HINT), at + 1
        if match := _ROMAN.fullmatch(token.text):
            value = 10 * len(match[1]) + _ROMAN_ONES[match[2]]
            return Quantity(span, frozenset({value}), Force.HINT), at + 1
        return None, at + 1

    def _finish(self, quantity: Quantity, first: int, at: int) -> tuple[Quantity, int]:
        """See whether it is a percentage, or a time before or after noon."""
        end = quantity.span[1]
        if match := _PERCENT.match(self._text, end):
            while at < len(self._tokens) and self._tokens[at].start < match.end():
                at += 1
            return replace(quantity, percent=True, span=(quantity.span[0], match.end())), at
        small = any(isinstance(key, int) and key <= _HOURS for key in quantity.keys)
        if quantity.sort == "time" or small or any(isinstance(key, tuple) for key in quantity.keys):
            if _BEFORE_NOON.match(self._text, end):
                return replace(quantity, half="am"), at
            if _AFTER_NOON.match(self._text, end):
                return replace(quantity, half="pm"), at
        return quantity, at

    def _with_shared_scales(self, found: Sequence[tuple[int, int, Quantity]]) -> list[Quantity]:
        """Let the 5 of "between 5 and 7 million" be five million too."""
        made = [quantity for _, _, quantity in found]
        for index, ((_, end, first), (start, after, _)) in enumerate(zip(found, found[1:], strict=False)):
            scale = _SCALES.get(self._words[after - 1])
            small = first.value()
            if start == end + 1 and self._words[end] in _TO and scale and small is not None and small < scale:
                made[index] = first.with_keys(whole(small * scale))
        return made

    def _skip_hyphen(self, at: int) -> int:
        return at + 1 if self._word(at) == "-" else at

    def _numeral(self, at: int) -> _Word | None:
        return _NUMERALS.get(self._word(at))

    def _part(self, at: int) -> str:
        word = self._numeral(at)
        return word.part if word else ""

    def _word(self, at: int) -> str:
        return self._words[at] if at < len(self._words) else ""


def _values(quantity: Quantity | None) -> tuple[Value, ...]:
    """List the plain values of a number in digits."""
    return tuple(sorted(key for key in quantity.keys if not isinstance(key, tuple))) if quantity else ()
