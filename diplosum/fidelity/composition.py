"""How Arabic number words and digits add up: «خمسة وعشرون», «ثلاثة ملايين وأربعمئة ألف», «مليون و200 ألف»."""

import re
from dataclasses import dataclass, field

from diplosum.fidelity import figures
from diplosum.fidelity.figures import Token
from diplosum.fidelity.numeral_words import Atom, Word
from diplosum.fidelity.quantity import Key, Value, values, whole


@dataclass(slots=True)
class Composition:
    """A number that is read word by word: what scales have closed, and the group that stands open behind them.

    Values are alternatives.
    """

    first: int
    end: int = -1
    _totals: tuple[Value, ...] = (0,)
    _group: tuple[Value, ...] = ()
    _began: int = 0
    _decimal: Value | None = None  # the group read as a decimal: before a scale, 2,125 is thousands or one
    _digits: bool = False  # the group is in digits, which only a scale may follow
    _scale: int | None = None
    _parts: list[frozenset[Key]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.end = self.first

    @property
    def values(self) -> tuple[Value, ...]:
        """What the number may be."""
        return tuple(whole(total + value) for total in self._totals for value in self._group or (0,))

    @property
    def open_scale(self) -> int | None:
        """The scale that ends the number, if one does."""
        return None if self._group else self._scale

    @property
    def parts(self) -> tuple[frozenset[Key], ...]:
        """The addends, which may be numbers of their own: «200 ألف و300»."""
        parts = [*self._parts, frozenset(self._group)] if self._group else self._parts
        return tuple(parts) if len(parts) > 1 else ()

    def take(self, token: Token, atom: Atom) -> bool:
        """Add the token at ``end``, if it belongs to the number."""
        joined = atom.joined and self.end > self.first
        begins = self.end == self.first or (joined and self._scale is not None)
        if token.quantity:
            taken = self._take_group(values(token.quantity), begins=begins, digits=True)
            thousands = taken and re.fullmatch(r"\d{1,3},\d{3}", token.text) is not None
            self._decimal = figures.decimal(token.text) if thousands else None
        elif atom.word is None or (atom.governed and self.end > self.first):
            taken = False
        elif atom.word.part == "scale":
            taken = self._take_scale(int(atom.word.value), token, joined=joined, begins=begins)
        elif atom.word.part == "scales":
            taken = self._take_double(int(atom.word.value), begins=begins)
        elif self._group:
            taken = not self._digits and self._grow(atom.word, joined=joined)
        else:
            small = atom.word.part not in {"ordinal", "fraction", "fractions"}
            taken = small and self._take_group((atom.word.value,), begins=begins, digits=False)
        self.end += taken
        return taken

    def _take_group(self, group: tuple[Value, ...], *, begins: bool, digits: bool) -> bool:
        if self._group or not begins or not group:
            return False
        self._group, self._began, self._digits = group, self.end, digits
        return True

    def _take_scale(self, size: int, token: Token, *, joined: bool, begins: bool) -> bool:
        grows = self._scale is not None and size >= self._scale
        if self._group:
            if joined:
                return False
            if grows:  # «ألف وخمسة ملايين» are two numbers
                self.end, self._group = self._began, ()
                return False
            decimals = () if self._decimal is None else (self._decimal,)
            scaled = tuple(whole(value * size) for value in (*self._group, *decimals))
        elif begins and not grows:
            scaled = (size,)
        elif grows and not joined and token.kind == "word":  # «ألف مليون»
            self._totals, self._scale = tuple(whole(total * size) for total in self._totals), size
            self._parts = []
            return True
        else:
            return False
        self._close(scaled, size)
        return True

    def _take_double(self, value: int, *, begins: bool) -> bool:
        if self._group or not begins or (self._scale is not None and value >= self._scale):
            return False
        self._close((value,), value // 2)
        return True

    def _close(self, scaled: tuple[Value, ...], size: int) -> None:
        self._totals = tuple(whole(total + value) for total in self._totals for value in scaled)
        self._parts.append(frozenset(scaled))
        self._group, self._digits, self._decimal, self._scale = (), False, None, size

    def _grow(self, word: Word, *, joined: bool) -> bool:
        """Add a word below a thousand to the group: «خمسة عشر», «ثلاث مئة», «خمسة وعشرون», «مئة وخمسة»."""
        read = int(self._group[0])
        tens, units = read % 100 // 10, read % 10
        if joined:
            adds = read % 100 == 0 or (word.part == "tens" and not tens and units)
            taken = bool(adds) and word.part in {"unit", "ten", "tens"}
            self._group = (read + word.value,) if taken else self._group
        elif word.part == "hundred" and 3 <= read <= 9:  # noqa: PLR2004 - «ثلاث مئة» to «تسع مئة»
            taken, self._group = True, (read * 100,)
        else:
            taken = word.part == "ten" and not tens and units > 0
            self._group = (read + 10,) if taken else self._group
        return taken
