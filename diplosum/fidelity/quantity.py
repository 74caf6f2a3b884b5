"""A number as a text says it: where it stands, everything that it may mean, and how much it asks of the other side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from typing import Literal

from diplosum.finding import Span

# A value, or a value of another kind that is never mistaken for one: ("time", minutes after twelve), ("decade", 90),
# ("month", 3), ("vague", 1000) for "thousands", ("hours", 48) and ("months", 18) for how long something takes.
# Whole values are int, so that equal values are equal keys.
Value = int | Fraction
Key = Value | tuple[str, int]
Sort = Literal["number", "ordinal", "fraction", "time", "decade", "vague", "code", "marker"]


class Force(IntEnum):
    """How much a number asks: a HINT may answer for the other side's number and asks for nothing itself."""

    HINT = 0  # «البلدين», "both", "one"
    LIGHT = 1  # said or left out as style will have it: "first", "half", "thousands"
    WORD = 2  # "three", «تسعين»
    DIGIT = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a sentence.

    ``keys``: what it may mean, any of them; ``parts``: or all of these together (10:30 is 10 and 30). ``half``: before
    or after noon, where a time says so.
    """

    span: Span
    keys: frozenset[Key]
    force: Force
    sort: Sort = "number"
    parts: tuple[frozenset[Key], ...] = ()
    half: Literal["", "am", "pm"] = ""
    percent: bool = False

    def with_keys(self, *keys: Key) -> "Quantity":
        """Give the same number with further meanings."""
        return replace(self, keys=self.keys.union(keys))

    def value(self) -> Value | None:
        """Give the one plain value, None where there is none or it is not certain."""
        plain = values(self)
        return plain[0] if len(plain) == 1 else None


def values(quantity: Quantity) -> tuple[Value, ...]:
    """List the plain values that a number may have, the smallest first."""
    return tuple(sorted(key for key in quantity.keys if not isinstance(key, tuple)))


def measured(numbers: Iterable[Value], measure: tuple[str, int] | None) -> set[Key]:
    """Say how long a time is that is counted: three decades are 360 months, and so are thirty years."""
    if measure is None:
        return set()
    kind, size = measure
    return {(kind, int(number * size)) for number in numbers if Fraction(number * size).denominator == 1}


def whole(value: Value) -> Value:
    """Write a fraction without remainder as int."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
