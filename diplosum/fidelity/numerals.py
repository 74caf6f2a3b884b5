"""Numbers of an Arabic sentence: «مئة وثلاثة وأربعون», «1.5 مليون», «الثالثة عشرة», «العاشرة والنصف», «شخصان»."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from diplosum.fidelity import dates, figures
from diplosum.fidelity.composition import Composition
from diplosum.fidelity.figures import Read
from diplosum.fidelity.numeral_words import ALSO, DECADES, DUALS, HINTS, MEASURES, VAGUE, Atom, atom, fold, may_be_dual
from diplosum.fidelity.quantity import Force, Key, Quantity, Sort, Value, measured, values, whole

_HUNDRED = "(?:مئ|مائ|ماي|مي)[ةه]"
_PERCENT = re.compile(rf"\s*(?:%|(?:في|ب) ?ال{_HUNDRED}|ب(?:ال)?{_HUNDRED}|(?:نقط[ةه]|نقاط|نقطتين) مئوي)")
_OF_A_DAY = r"\W*(?:من (?:يوم \S+ )?|في )?(?:ال)?"
_BEFORE_NOON = re.compile(rf"{_OF_A_DAY}(?:صباح|فجر)\w*")
_AFTER_NOON = re.compile(rf"{_OF_A_DAY}(?:مساء|عصر|ظهرا|ظهراً|بعد (?:ال)?ظهر)\w*")
_NO_NUMBER = re.compile("[أا]ول (?:من )?[أا]مس|[أا]ولا? ب[أا]ول")  # the day before yesterday; gradually
_TO = frozenset(("الي", "او", "حتي", "ام", "-"))
_BEFORE_YEARS = frozenset(("حرب", "عام", "سنه", "نكسه", "ثوره", "انتفاضه", "جيل", "مونديال"))
_HOURS, _MINUTES = 24, 60


def read(text: str) -> list[Quantity]:
    """List the numbers of an Arabic sentence, in order."""
    return _Reader(text).quantities()


class _Reader:
    """Reads one sentence from left to right; positions are tokens."""

    def __init__(self, text: str) -> None:
        self._text = figures.plain(text)
        self._tokens: list[figures.Token] = []
        self._atoms: list[Atom] = []
        # «كانون الثاني» is no second, «الاثنين» no two.
        named = [mention for mention in dates.arabic(text) if mention.sort != "era"]
        taken = [one.span for one in named if one.sort != "weekday" or text.startswith("ال", one.span[0])]
        self._months = [mention for mention in named if mention.sort == "month"]
        taken += [match.span() for match in _NO_NUMBER.finditer(text)]
        joined = False
        for token in figures.tokens(text):
            if token.kind == "word" and fold(token.text) == "و":
                joined = True
                continue
            made = atom(token.text) if token.kind == "word" else Atom()
            if made.word and any(start < token.end and token.start < end for start, end in taken):
                made = Atom("كلا") if made.base == "اثنين" else Atom()  # Monday, or both
            self._tokens.append(token)
            self._atoms.append(replace(made, joined=True) if joined else made)
            joined = False

    def quantities(self) -> list[Quantity]:
        found = figures.swept(len(self._tokens), self._read)
        months = [Quantity(one.span, frozenset({("month", one.number)}), Force.HINT) for one in self._months]
        return self._with_shared_scales(found) + months  # which answer for the months of dates in digits

    def _read(self, at: int) -> Read:
        token, made = self._tokens[at], self._atoms[at]
        if token.kind == "figure" and token.quantity and not values(token.quantity):
            return self._finish(token.quantity, at, at + 1)
        if token.kind == "figure" or (made.word and made.word.part not in {"ordinal", "fraction", "fractions"}):
            return self._vague(at) if made.base in VAGUE else self._cardinal(at)
        if made.word and made.word.part == "ordinal":
            return self._ordinal(at)
        if made.word and made.word.part == "fraction":
            return self._fraction(at)
        if made.base in VAGUE:
            return self._vague(at)
        return self._hint(at), at + 1

    def _cardinal(self, first: int) -> Read:
        read = self._compose(first)
        if self._after_hour(first) or (self._base(first) == "واحده" and self._is_joined(read.end, "fraction")):
            force = Force.DIGIT if self._tokens[first].quantity else Force.WORD
            hour = Quantity(figures.span_of(self._tokens, first, read.end), frozenset(read.values), force)
            return self._clock(hour, read.values[0], read.end)
        numbers, at = self._continued(read)
        one_word = at == first + 1
        token, made = self._tokens[first], self._atoms[first]
        digits = any(one.kind == "figure" for one in self._tokens[first:at])
        force = Force.DIGIT if digits else made.word.force if made.word and one_word else Force.WORD
        keys: set[Key] = {
            *numbers,
            *measured(numbers, MEASURES.get(self._base(at))),
            *({ALSO[made.base]} if made.base in ALSO and one_word else ()),
        }
        if self._is_joined(at + 1, "fraction"):  # «ثلاث سنوات ونصف»
            halved = [whole(value + self._value(at + 1)) for value in numbers]
            keys |= {*halved, *measured(halved, MEASURES.get(self._base(at)))}
        quantity = Quantity(figures.span_of(self._tokens, first, at), frozenset(keys), force, parts=read.parts)
        if token.quantity and one_word:
            keys |= token.quantity.keys | figures.section(self._tokens, first)
            keys |= self._short_year(first, numbers)
            quantity = replace(quantity, keys=frozenset(keys), parts=token.quantity.parts)
            if figures.is_marker(self._tokens, first):
                quantity = replace(quantity, force=Force.LIGHT, sort="marker")
        return self._finish(quantity, first, at)

    def _short_year(self, at: int, numbers: tuple[Value, ...]) -> set[Key]:
        """Complete the year of «حرب 67»."""
        named = at > 0 and self._base(at - 1) in _BEFORE_YEARS and len(self._tokens[at].text) == 2  # noqa: PLR2004 - digits
        return {century + number for number in numbers for century in (1900, 2000)} if named else set()

    def _continued(self, read: Composition) -> tuple[tuple[Value, ...], int]:
        """Go on behind a number: «ونصف», «أرباع», «فاصلة خمسة», and a scale behind these."""
        numbers, at = read.values, read.end
        if self._is_joined(at, "fraction"):
            part = self._value(at) * (read.open_scale or 1)
            numbers, at = tuple(whole(value + part) for value in numbers), at + 1
            if read.open_scale and self._is_beside(at, "scale"):
                return numbers, at + 1  # «مليون ونصف المليون»
        elif self._is_beside(at, "fractions"):
            numbers, at = tuple(whole(value * self._value(at)) for value in numbers), at + 1
        elif self._base(at) in {"فاصله", "فاصل"}:
            after = self._compose(at + 1)
            if after.end > at + 1:
                digits = after.values[0]
                numbers, at = (whole(numbers[0] + Fraction(digits) / 10 ** len(str(digits))),), after.end
        if not read.open_scale and self._is_beside(at, "scale"):
            return tuple(whole(value * self._value(at)) for value in numbers), at + 1
        return numbers, at

    def _compose(self, first: int) -> Composition:
        """Take words and digits as long as they belong to one number."""
        read = Composition(first)
        while read.end < len(self._tokens) and read.take(self._tokens[read.end], self._atoms[read.end]):
            pass
        return read

    def _ordinal(self, first: int) -> Read:
        value, at = self._value(first), first + 1
        if self._is_beside(at, "ten"):
            value, at = value + 10, at + 1
        elif self._is_joined(at, "tens") and self._atoms[at].definite >= self._atoms[first].definite:
            value, at = value + self._value(at), at + 1
        if self._base(at) == "بعد" and (
            self._is(at + 1, "hundred") or self._is(at + 1, "hundreds")
        ):  # «الخامس بعد المئة»
            value, at = value + self._value(at + 1), at + 2
        force = self._atoms[first].word.force if at == first + 1 else Force.WORD  # type: ignore[union-attr] # an ordinal
        span = figures.span_of(self._tokens, first, at)
        quantity = Quantity(span, frozenset({value}), force, "ordinal")
        if self._after_hour(first) or self._is_joined(at, "fraction"):
            return self._clock(quantity, value, at)
        return self._finish(quantity, first, at)

    def _fraction(self, first: int) -> Read:
        made, at = self._atoms[first], first + 1
        keys: set[Key] = {self._value(first), ALSO.get(made.base, self._value(first))}
        force = made.word.force if made.word else Force.LIGHT
        if made.joined and (self._base(first - 1) in MEASURES or self._base(first - 1) in DUALS):
            force = Force.HINT  # the half of «ثلاث سنوات ونصف», read with the three
        keys |= measured((self._value(first),), MEASURES.get(self._base(at)))  # «نصف قرن»
        if self._is_beside(at, "scale"):
            keys, force = {whole(self._value(first) * self._value(at))}, Force.WORD
            at += 1
        return Quantity(figures.span_of(self._tokens, first, at), frozenset(keys), force, "fraction"), at

    def _vague(self, first: int) -> Read:
        size, at = VAGUE[self._atoms[first].base], first + 1
        while at < len(self._tokens) and not self._atoms[at].joined and self._atoms[at].base in VAGUE:
            size, at = size * VAGUE[self._atoms[at].base], at + 1
        span = figures.span_of(self._tokens, first, at)
        return Quantity(span, frozenset({("vague", size)}), Force.LIGHT, "vague"), at

    def _hint(self, at: int) -> Quantity | None:
        token, made = self._tokens[at], self._atoms[at]
        keys, force = self._held(at) if token.kind == "word" and made.base else (frozenset(), Force.HINT)
        sort: Sort = "decade" if made.base in DECADES else "number"
        return Quantity((token.start, token.end), keys, force, sort) if keys else None

    def _held(self, at: int) -> tuple[frozenset[Key], Force]:
        """Say which numbers a word holds that is no numeral: a decade, a dual, a year and a half."""
        base, half = self._base(at), self._value(at + 1) if self._is_joined(at + 1, "fraction") else 0
        if base in DECADES:
            centuries = {("decade", 100 * (century - 1) + DECADES[base]) for century in self._centuries()}
            return frozenset({("decade", DECADES[base]), *centuries}), Force.WORD
        if base in DUALS and not self._atoms[at].definite:
            return frozenset({2, 2 + half, *measured((2, 2 + half), DUALS[base])}), Force.WORD
        if half and self._base(at + 1) in {"نصف", "ربع", "ثلث"}:
            return frozenset({1 + half, *measured((1 + half,), MEASURES.get(base))}), Force.HINT
        if base in HINTS or base in MEASURES:
            return frozenset({*HINTS.get(base, ()), *measured((1,), MEASURES.get(base))}), Force.HINT
        following = self._atoms[at + 1] if at + 1 < len(self._atoms) else Atom()
        return frozenset({2} if may_be_dual(self._atoms[at], following) else ()), Force.HINT

    def _centuries(self) -> set[int]:
        """List the centuries that the sentence names: «القرن التاسع عشر»."""
        after = (
            at + 1 for at, made in enumerate(self._atoms) if made.base in {"قرن", "قرنين"} and at + 1 < len(self._atoms)
        )
        read = (self._read(at)[0] for at in after if self._base(at) not in DECADES)
        return {key for quantity in read if quantity for key in quantity.keys if isinstance(key, int)}

    def _clock(self, quantity: Quantity, hour: Value, at: int) -> Read:
        """Read what follows an hour: «والنصف», «إلا ربعا», «وعشرين دقيقة»."""
        minutes = 0
        less = at < len(self._tokens) and fold(self._tokens[at].text) == "الا"
        after = at + 1 if less else at
        if self._is_beside(after, "fraction") if less else self._is_joined(after, "fraction"):
            minutes, at = int(self._value(after) * _MINUTES), after + 1
        elif after < len(self._tokens) and (less or self._atoms[after].joined):
            read = self._compose(after)
            if self._base(read.end) in {"دقيقه", "دقائق"} and read.values[0] < _MINUTES:
                minutes, at = int(read.values[0]), read.end + 1
        keys = set(quantity.keys)
        if isinstance(hour, int) and hour <= _HOURS:
            total = hour * _MINUTES + (-minutes if less else minutes)
            keys = figures.clock(total // _MINUTES % _HOURS, total % _MINUTES) | ({hour} if not minutes else set())
            if minutes and not less:
                keys.add(whole(hour + Fraction(minutes, _MINUTES)))
        made = replace(
            quantity,
            span=(quantity.span[0], self._tokens[at - 1].end),
            keys=frozenset(keys),
            force=max(quantity.force, Force.WORD),
            sort="time",
        )
        return self._finish(made, None, at)

    def _finish(self, quantity: Quantity, first: int | None, at: int) -> Read:
        """See whether it is a percentage, or a time before or after noon."""
        end = self._tokens[at - 1].end
        if match := _PERCENT.match(self._text, end):
            return figures.percentage(quantity, self._tokens, at, match.end())
        value = quantity.value()
        if first and self._tokens[first - 1].text == "%":
            quantity = replace(quantity, percent=True, span=(self._tokens[first - 1].start, quantity.span[1]))
        elif quantity.sort == "time" or (isinstance(value, int) and value <= _HOURS):
            before, after = _BEFORE_NOON.match(self._text, end), _AFTER_NOON.match(self._text, end)
            quantity = figures.halved(quantity, before, after)
        return quantity, at

    def _with_shared_scales(self, found: Sequence[tuple[int, int, Quantity]]) -> list[Quantity]:
        """Let the 5 of «5 إلى 7 ملايين» be five million too."""
        made = [quantity for _, _, quantity in found]
        for index, ((_, end, first), (start, after, _)) in enumerate(pairwise(found)):
            between = self._tokens[end:start]
            linked = self._atoms[start].joined if not between else len(between) == 1 and fold(between[0].text) in _TO
            scale = self._atoms[after - 1].word
            if linked and scale and scale.part == "scale":
                made[index] = first.with_keys(*(whole(one * scale.value) for one in values(first) if one < scale.value))
        return made

    def _after_hour(self, first: int) -> bool:
        return first > 0 and self._base(first - 1) == "ساعه"

    def _base(self, at: int) -> str:
        return self._atoms[at].base if 0 <= at < len(self._tokens) else ""

    def _value(self, at: int) -> Value:
        word = self._atoms[at].word
        return word.value if word else 0

    def _is_joined(self, at: int, part: str) -> bool:
        return self._is(at, part) and self._atoms[at].joined

    def _is_beside(self, at: int, part: str) -> bool:
        return self._is(at, part) and not self._atoms[at].joined

    def _is(self, at: int, part: str) -> bool:
        word = self._atoms[at].word if at < len(self._tokens) else None
        return word is not None and word.part == part
