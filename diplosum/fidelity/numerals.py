"""Numbers of an Arabic sentence: «مئة وثلاثة وأربعون», «1.5 مليون», «الثالثة عشرة», «العاشرة والنصف», «شخصان»."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from diplosum.fidelity import dates, figures
from diplosum.fidelity.figures import Token
from diplosum.fidelity.numeral_words import ALSO, DECADES, DUALS, HINTS, MEASURES, VAGUE, Atom, atom, fold, may_be_dual
from diplosum.fidelity.quantity import Force, Key, Quantity, Value, whole

_PERCENT = re.compile(
    r"\s*(?:%|(?:في|ب) ?ال(?:مئة|مائة|ماية|مية)|ب(?:ال)?(?:مئة|مائة|ماية|مية)|نقط[ةه] مئوي|نقاط مئوي|نقطتين مئوي)"
)
_BEFORE_NOON = re.compile(r"\W*(?:\S+ ){0,2}?(?:ال)?(?:صباح|فجر)")
_AFTER_NOON = re.compile(r"\W*(?:\S+ ){0,2}?(?:ال)?(?:مساء|عصر|ظهرا|ظهراً|بعد (?:ال)?ظهر)")
_NO_NUMBER = re.compile("[أا]ول (?:من )?[أا]مس|[أا]ولا? ب[أا]ول")  # the day before yesterday; gradually
_TO = frozenset(("الي", "او", "حتي", "ام", "-"))
_HOURS, _MINUTES = 24, 60


def read(text: str) -> list[Quantity]:
    """List the numbers of an Arabic sentence, in order."""
    return _Reader(text).quantities()


class _Reader:
    """Reads one sentence from left to right; positions are tokens."""

    def __init__(self, text: str) -> None:
        self._text = figures.plain(text)
        self._tokens: list[Token] = []
        self._atoms: list[Atom] = []
        # «كانون الثاني» is no second, «الاثنين» no two.
        named = (mention for mention in dates.arabic(text) if mention.sort != "era")
        taken = [one.span for one in named if one.sort != "weekday" or text.startswith("ال", one.span[0])]
        taken += [match.span() for match in _NO_NUMBER.finditer(text)]
        joined = False
        for token in figures.tokens(text):
            if token.kind == "word" and fold(token.text) == "و":
                joined = True
                continue
            made = Atom("")
            if token.kind == "word" and not any(start < token.end and token.start < end for start, end in taken):
                made = atom(token.text)
            self._tokens.append(token)
            self._atoms.append(replace(made, joined=True) if joined else made)
            joined = False

    def quantities(self) -> list[Quantity]:
        found: list[tuple[int, int, Quantity]] = []
        at = 0
        while at < len(self._tokens):
            quantity, end = self._read(at)
            if quantity:
                found.append((at, end, quantity))
            at = max(end, at + 1)
        return self._with_shared_scales(found)

    def _read(self, at: int) -> tuple[Quantity | None, int]:
        token, made = self._tokens[at], self._atoms[at]
        if token.kind == "figure" and token.quantity and not _values(token.quantity):
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

    def _cardinal(self, first: int) -> tuple[Quantity, int]:
        values, at, last, parts = self._compose(first)
        force = Force.DIGIT if any(token.kind == "figure" for token in self._tokens[first:at]) else Force.WORD
        word = self._atoms[first].word
        if at == first + 1 and word:
            force = word.force
        if self._is_joined(at, "fraction"):
            part = self._value(at)
            values = tuple(whole(value + part * (last or 1)) for value in values)
            at += 1
            if last and self._is_beside(at, "scale"):
                at += 1
        elif self._is_beside(at, "fractions"):
            values = tuple(whole(value * self._value(at)) for value in values)
            at += 1
        elif at + 1 < len(self._tokens) and fold(self._tokens[at].text) in {"فاصله", "فاصل"}:
            after, end, _, _ = self._compose(at + 1)
            if after:
                values = (whole(values[0] + Fraction(after[0]) / 10 ** len(str(after[0]))),)
                at = end
        if not last and self._is_beside(at, "scale"):
            values = tuple(whole(value * self._value(at)) for value in values)
            at += 1
        keys: set[Key] = set(values)
        base = self._atoms[first].base
        if at == first + 1 and base in ALSO:
            keys.add(ALSO[base])
        keys |= self._measured(values, at)
        if self._is_joined(at + 1, "fraction"):  # «ثلاث سنوات ونصف»
            keys |= {whole(value + self._value(at + 1)) for value in values}
        quantity = Quantity(figures.span_of(self._tokens, first, at), frozenset(keys), force, parts=parts)
        token = self._tokens[first]
        if at == first + 1 and token.quantity:
            quantity = replace(quantity, keys=quantity.keys | token.quantity.keys, parts=token.quantity.parts)
        if self._after_hour(first):
            return self._clock(quantity, values[0], first, at)
        return self._finish(quantity, first, at)

    def _compose(self, first: int) -> tuple[tuple[Value, ...], int, int | None, tuple[frozenset[Key], ...]]:
        """Add and multiply words and digits; give values, the end, the last scale if nothing follows it, and parts."""
        total: Value = 0
        group: tuple[Value, ...] = ()
        last: int | None = None
        parts: list[frozenset[Key]] = []
        digits = False
        began = at = first
        while at < len(self._tokens):
            token, made = self._tokens[at], self._atoms[at]
            joined = made.joined and at > first
            begins = at == first or (joined and last is not None)
            if token.quantity:
                if group or not begins or not (group := _values(token.quantity)):
                    break
                began, digits = at, True
            elif made.word is None or (made.governed and at > first):
                break
            elif made.word.part == "scale":
                size = int(made.word.value)
                if group and (joined or (last and size >= last)):
                    at, group = (at, group) if joined else (began, ())
                    break
                if group:
                    group = group if token.text else group
                    scaled = tuple(whole(total + value * size) for value in self._decimals(began, group))
                    if parts or total:
                        parts.append(frozenset(whole(value * size) for value in group))
                    total, group = scaled[0], ()
                    if len(scaled) > 1:
                        return scaled, at + 1, size, ()
                elif total and not joined and last and size > last:
                    total *= size
                elif begins and not (last and size >= last):
                    total += size
                else:
                    break
                parts = parts or [frozenset({total})]
                last, digits = size, False
            elif made.word.part == "scales":
                if group or not begins or (last and made.word.value >= last):
                    break
                total += made.word.value
                last = int(made.word.value) // 2
                parts = [*parts, frozenset({made.word.value})]
            else:
                grown = None if digits else _grow(group, made, joined=joined, begins=begins)
                if grown is None:
                    break
                began = began if group else at
                group = grown
            at += 1
        if group and total:
            parts.append(frozenset(group))
        values = tuple(whole(total + value) for value in group) if group else (total,)
        return values, at, None if group else last, tuple(parts) if len(parts) > 1 else ()

    def _decimals(self, at: int, group: tuple[Value, ...]) -> tuple[Value, ...]:
        """Read 2,125 before a scale as a decimal too."""
        text = self._tokens[at].text
        return (*group, figures.decimal(text)) if re.fullmatch(r"\d{1,3},\d{3}", text) else group

    def _ordinal(self, first: int) -> tuple[Quantity, int]:
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
            return self._clock(quantity, value, first, at)
        return self._finish(quantity, first, at)

    def _fraction(self, first: int) -> tuple[Quantity, int]:
        made, at = self._atoms[first], first + 1
        keys: set[Key] = {self._value(first)} | ({ALSO[made.base]} if made.base in ALSO else set())
        force = made.word.force if made.word else Force.LIGHT
        if self._is_beside(at, "scale"):
            keys, force = {whole(self._value(first) * self._value(at))}, Force.WORD
            at += 1
        return Quantity(figures.span_of(self._tokens, first, at), frozenset(keys), force, "fraction"), at

    def _vague(self, first: int) -> tuple[Quantity, int]:
        size, at = VAGUE[self._atoms[first].base], first + 1
        while at < len(self._tokens) and not self._atoms[at].joined and self._atoms[at].base in VAGUE:
            size, at = size * VAGUE[self._atoms[at].base], at + 1
        span = figures.span_of(self._tokens, first, at)
        return Quantity(span, frozenset({("vague", size)}), Force.LIGHT, "vague"), at

    def _hint(self, at: int) -> Quantity | None:
        token, made = self._tokens[at], self._atoms[at]
        if token.kind != "word":
            return None
        span, half = (token.start, token.end), self._value(at + 1) if self._is_joined(at + 1, "fraction") else None
        if made.base in DECADES:
            centuries = {("decade", 100 * (century - 1) + DECADES[made.base]) for century in self._centuries()}
            return Quantity(span, frozenset({("decade", DECADES[made.base]), *centuries}), Force.WORD, "decade")
        if made.base in DUALS and not made.definite:
            keys = {*DUALS[made.base], *((2 + half,) if half else ())}
            return Quantity(span, frozenset(keys), Force.LIGHT)
        if made.base in HINTS:
            return Quantity(span, frozenset(HINTS[made.base]), Force.HINT)
        if half is not None and made.base and self._atoms[at + 1].base in {"نصف", "ربع", "ثلث"}:
            in_months = {12 + 12 * half} if made.base in {"عام", "سنه"} else set()
            return Quantity(span, frozenset({1 + half, *in_months}), Force.HINT)  # a year and a half
        if made.base and may_be_dual(made.base):
            return Quantity(span, frozenset({2}), Force.HINT)
        return None

    def _centuries(self) -> set[int]:
        """List the centuries that the sentence names: «القرن التاسع عشر»."""
        after = (
            at + 1 for at, made in enumerate(self._atoms) if made.base in {"قرن", "قرنين"} and at + 1 < len(self._atoms)
        )
        read = (self._read(at)[0] for at in after if self._base(at) not in DECADES)
        return {key for quantity in read if quantity for key in quantity.keys if isinstance(key, int)}

    def _clock(self, quantity: Quantity, hour: Value, first: int, at: int) -> tuple[Quantity, int]:
        """Read what follows an hour: «والنصف», «إلا ربعا», «وعشرين دقيقة»."""
        minutes = 0
        less = at < len(self._tokens) and fold(self._tokens[at].text) == "الا"
        after = at + 1 if less else at
        if self._is_beside(after, "fraction") if less else self._is_joined(after, "fraction"):
            minutes, at = int(self._value(after) * _MINUTES), after + 1
        elif after < len(self._tokens) and (less or self._atoms[after].joined):
            values, end, _, _ = self._compose(after)
            if end < len(self._tokens) and self._atoms[end].base in {"دقيقه", "دقائق"} and values[0] < _MINUTES:
                minutes, at = int(values[0]), end + 1
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
        return self._finish(made, first, at)

    def _finish(self, quantity: Quantity, first: int, at: int) -> tuple[Quantity, int]:
        """See whether it is a percentage, or a time before or after noon."""
        end = self._tokens[at - 1].end
        before = self._tokens[first - 1].text == "%" if first else False
        if match := _PERCENT.match(self._text, end):
            while at < len(self._tokens) and self._tokens[at].start < match.end():
                at += 1
            return replace(quantity, percent=True, span=(quantity.span[0], match.end())), at
        value = quantity.value()
        if before:
            quantity = replace(quantity, percent=True, span=(self._tokens[first - 1].start, quantity.span[1]))
        elif quantity.sort == "time" or (isinstance(value, int) and value <= _HOURS):
            if _BEFORE_NOON.match(self._text, end):
                quantity = replace(quantity, half="am")
            elif _AFTER_NOON.match(self._text, end):
                quantity = replace(quantity, half="pm")
        return quantity, at

    def _with_shared_scales(self, found: Sequence[tuple[int, int, Quantity]]) -> list[Quantity]:
        """Let the 5 of «5 إلى 7 ملايين» be five million too."""
        made = [quantity for _, _, quantity in found]
        for index, ((_, end, first), (start, after, second)) in enumerate(zip(found, found[1:], strict=False)):
            between = self._tokens[end:start]
            linked = self._atoms[start].joined if not between else len(between) == 1 and fold(between[0].text) in _TO
            scale = self._atoms[after - 1].word
            small = first.value()
            if linked and scale and scale.part == "scale" and small is not None and small < scale.value:
                made[index] = first.with_keys(whole(small * scale.value))
        return made

    def _measured(self, values: tuple[Value, ...], at: int) -> set[Key]:
        factor = MEASURES.get(self._atoms[at].base) if at < len(self._tokens) else None
        return {value * factor for value in values} if factor else set()

    def _after_hour(self, first: int) -> bool:
        return any(made.base == "ساعه" or fold(made.base) == "ساعه" for made in self._atoms[max(0, first - 1) : first])

    def _base(self, at: int) -> str:
        return self._atoms[at].base if at < len(self._tokens) else ""

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


def _values(quantity: Quantity) -> tuple[Value, ...]:
    """List the plain values of a number in digits, the likelier first."""
    return tuple(sorted(key for key in quantity.keys if not isinstance(key, tuple)))


def _grow(group: tuple[Value, ...], made: Atom, *, joined: bool, begins: bool) -> tuple[Value, ...] | None:
    """Add a word below a thousand to what was read of a group; None where it does not belong to it."""
    word = made.word
    if word is None or word.part in {"ordinal", "fraction", "fractions"}:
        return None
    value = word.value
    if not group:
        return (value,) if begins else None
    read = int(group[0])
    units, hundreds_only = read % 100 % 10, read % 100 == 0
    if (word.part == "ten" and not joined and read % 100 == units) and units:
        return (read + 10,)
    if word.part == "hundred" and not joined and 3 <= read <= 9:  # noqa: PLR2004 - «ثلاث مئة» to «تسع مئة»
        return (read * 100,)
    if word.part == "tens" and joined and read % 100 == units and units:
        return (read + value,)
    if word.part in {"unit", "ten", "tens"} and joined and hundreds_only:
        return (read + value,)
    return None
