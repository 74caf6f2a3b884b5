"""How English number words add up: "two hundred and five", "three million four hundred", "nineteen forty-five"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from diplosum.fidelity import figures
from diplosum.fidelity.english_words import NUMERALS, SCALES, Word
from diplosum.fidelity.quantity import Key, Value, whole

_SIZES = frozenset(SCALES.values())
_NOON, _CENTURY, _MINUTES = 12, 20, 60


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number read: its values (any), where it ends, further meanings, or parts that may be numbers of their own."""

    values: tuple[Value, ...]
    end: int
    ordinal: bool = False
    keys: frozenset[Key] = frozenset()
    parts: tuple[frozenset[Key], ...] = ()


class Spelling:
    """The words of a sentence, marks among them; positions are words."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def word(self, at: int) -> str:
        """Give a word, an empty one behind the last."""
        return self._words[at] if 0 <= at < len(self._words) else ""

    def numeral(self, at: int) -> Word | None:
        """Give the numeral that a word is."""
        return NUMERALS.get(self.word(at))

    def part(self, at: int) -> str:
        """Say which part of a number a word is."""
        word = self.numeral(at)
        return word.part if word else ""

    def skip_hyphen(self, at: int) -> int:
        """Go on behind a hyphen."""
        return at + 1 if self.word(at) == "-" else at

    def number(self, first: int, figure: tuple[Value, ...] = ()) -> Spelled | None:
        """Read a number; ``figure`` is what the first word is in digits."""
        read = Spelled(figure, first + 1) if figure else self._below_thousand(first)
        if read is None and self.part(first) == "scale":
            read = Spelled((1,), first)  # "a million"
        if read is None or read.ordinal:
            return read
        read = self._halved(read)
        totals: tuple[Value, ...] = (0,)
        last: Value | None = None
        while (word := self.numeral(after := self.skip_hyphen(read.end))) and word.value in _SIZES:
            if last and word.value >= last:
                break
            totals, last = tuple(whole(total + one * word.value) for total in totals for one in read.values), word.value
            read = self._halved(Spelled((0,), after + 1, ordinal=word.part == "ordinal"))
            if read.ordinal or read.end > after + 1:
                return replace(read, values=tuple(whole(total + read.values[0] * last) for total in totals))
            added = self._added(read.end, last)
            if added is None:
                return replace(read, values=totals)
            parts = () if self.word(read.end) == "and" else (frozenset(totals), frozenset(added.values))
            read = replace(added, parts=parts)
            if read.ordinal:
                break
        return replace(read, values=tuple(whole(total + one) for total in totals for one in read.values))

    def _added(self, at: int, size: Value) -> Spelled | None:
        """Read what is added behind a scale: "two thousand and four", "three million four hundred thousand"."""
        start = at + 1 if self.word(at) == "and" else self.skip_hyphen(at)
        start += self.word(start) == "a" and self.part(start + 1) == "hundred"
        read = self._below_thousand(start)
        after = self.numeral(self.skip_hyphen(read.end)) if read else None
        if read is None or read.values[0] >= size or (after and after.part == "scale" and after.value >= size):
            return None
        return read

    def _below_thousand(self, at: int) -> Spelled | None:
        read = Spelled((1,), at) if self.part(at) == "hundred" else self._below_hundred(at)
        if read is None or read.ordinal:
            return read
        after = self.skip_hyphen(read.end)
        word, hundreds = self.numeral(after), read.values[0] * 100
        if word and word.value == 100:  # noqa: PLR2004 - the word is "hundred" or "hundredth"
            return (
                Spelled((hundreds,), after + 1, ordinal=True)
                if word.part == "ordinal"
                else self._and(hundreds, after + 1)
            )
        return self._year_or_clock(read) or read

    def _and(self, hundreds: Value, at: int) -> Spelled:
        """Read the "and five" of "two hundred and five"."""
        read = self._below_hundred(at + 1 if self.word(at) == "and" else self.skip_hyphen(at))
        if read is None or self.part(self.skip_hyphen(read.end)) == "hundred":
            return Spelled((hundreds,), at)
        return replace(read, values=(hundreds + read.values[0],))

    def _year_or_clock(self, read: Spelled) -> Spelled | None:
        """Read "nineteen forty-five" and "nine forty"."""
        first, second = read.values[0], self._below_hundred(self.skip_hyphen(read.end))
        if second is None or second.ordinal or not isinstance(first, int) or second.values[0] < 10:  # noqa: PLR2004 - ten
            return None
        rest = int(second.values[0])
        a_clock = 0 < first <= _NOON and rest < _MINUTES
        if not a_clock and not 10 <= first <= _CENTURY:  # noqa: PLR2004 - a year begins with ten or more
            return None
        keys = figures.clock(first, rest) if a_clock else set()
        return Spelled(
            (first * 100 + rest,), second.end, keys=frozenset(keys), parts=(frozenset({first}), frozenset({rest}))
        )

    def _below_hundred(self, at: int) -> Spelled | None:
        """Read "twenty-five", "twenty-fifth", "two-thirds", single words below a hundred and any single ordinal."""
        word, after = self.numeral(at), self.skip_hyphen(at + 1)
        if word is None or word.part in {"hundred", "scale", "fraction"}:
            return None
        second = self.numeral(after)
        if second and word.part == "tens" and second.part in {"unit", "ordinal"} and second.value < 10:  # noqa: PLR2004 - a unit
            return Spelled((word.value + second.value,), after + 1, ordinal=second.part == "ordinal")
        if second and word.value and word.part in {"unit", "teen"}:
            if second.part == "fraction":
                return Spelled((whole(word.value * second.value),), after + 1)
            if second.part == "ordinal" and word.value == 1 and second.value > 2:  # noqa: PLR2004 - "one third"
                return Spelled((Fraction(1, int(second.value)),), after + 1)
        return Spelled((word.value,), at + 1, ordinal=word.part == "ordinal")

    def _halved(self, read: Spelled) -> Spelled:
        """Read "and a half" behind a number, a scale may follow it: "two and a half million"."""
        at = self.skip_hyphen(read.end)
        if self.word(at) != "and":
            return read
        at = self.skip_hyphen(at + 1)
        at = self.skip_hyphen(at + 1) if self.word(at) in {"a", "one"} else at
        word = self.numeral(at)
        if word is None or self.word(at) not in {"half", "quarter"}:
            return read
        return replace(read, values=tuple(whole(value + word.value) for value in read.values), end=at + 1)
