"""Numbers of an English sentence: "one and a half million", "twenty-first", "the 1980s", "half past ten", "both"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from diplosum.fidelity import dates, figures
from diplosum.fidelity.english_words import (
    DECADES,
    HINTS,
    LETTERS,
    MEASURES,
    MULTIPLES,
    NUMERALS,
    ORDINAL_ENDS,
    SCALES,
    VAGUE,
)
from diplosum.fidelity.figures import Read, Token
from diplosum.fidelity.quantity import Force, Key, Quantity, Sort, Value, measured, values, whole
from diplosum.fidelity.spelling import Spelled, Spelling

_ROMAN = re.compile(r"(?=[CLXVI]{2,}|[CLXV])(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_PERCENT = re.compile(r"[ -]?(?:%|per ?cent\b|pct\b|percentage\b)", re.IGNORECASE)
_THIS_DAY = r"(?:o'clock )?(?:in the|this|that|on \w+|yesterday|tomorrow|\w+day)? ?"
_BEFORE_NOON = re.compile(rf"[ -]?(?:a\.m\b|am\b|AM\b|A\.M\b|{_THIS_DAY}(?:morning|dawn)\b)")
_AFTER_NOON = re.compile(rf"[ -]?(?:p\.m\b|pm\b|PM\b|P\.M\b|noon\b|{_THIS_DAY}(?:afternoon|evening)\b)")
_TO = frozenset(("to", "or", "and", "-"))
_HOURS, _MINUTES = 24, 60


def read(text: str) -> list[Quantity]:
    """List the numbers of an English sentence, in order; those that only answer for another come last."""
    return _Reader(text).quantities()


class _Reader:
    """Reads one sentence from left to right; positions are tokens."""

    def __init__(self, text: str) -> None:
        self._text = figures.plain(text)
        self._tokens = [_with_decimal_point(token) for token in figures.tokens(text)]
        self._words = Spelling([token.text.lower() if token.kind != "figure" else "" for token in self._tokens])

    def quantities(self) -> list[Quantity]:
        found = figures.swept(len(self._tokens), self._read)
        return self._with_shared_scales(found) + _centuries([one for _, _, one in found]) + self._months()

    def _read(self, at: int) -> Read:
        token, word, part = self._tokens[at], self._words.word(at), self._words.part(at)
        if token.kind == "mark":
            return None, at + 1
        if token.quantity:
            return self._figure(at, token.quantity)
        if word in VAGUE or (part in {"hundred", "scale"} and self._is_vague(at)):
            return self._vague(at)
        if word in {"a", "an"} and self._words.part(at + 1) in {"hundred", "scale"}:
            return self._spelled(at, at + 1)
        if part == "fraction" or (word in {"a", "an"} and self._is_fraction(at + 1)):
            return self._fraction(at)
        return self._spelled(at, at) if part else self._other(at)

    def _figure(self, first: int, quantity: Quantity) -> Read:
        plain = values(quantity)
        if not plain:
            return self._finish(quantity, first + 1)
        if suffixed := self._suffixed(first, quantity, plain):
            return suffixed
        read = self._words.number(first, plain) or Spelled(plain, first + 1)
        if read.end > first + 1:
            span = figures.span_of(self._tokens, first, read.end)
            return self._counted(Quantity(span, frozenset(read.values), Force.DIGIT, parts=read.parts), read)
        quantity = quantity.with_keys(*figures.section(self._tokens, first))
        if self._words.word(first - 1) == "'" and len(self._tokens[first].text) == 2:  # noqa: PLR2004 - the war of '67
            quantity = quantity.with_keys(*(century + value for value in plain for century in (1900, 2000)))
        if plain[0] in {0, 1} and self._is_score(first):
            quantity = replace(quantity, force=Force.HINT)
        elif figures.is_marker(self._tokens, first):
            quantity = replace(quantity, force=Force.LIGHT, sort="marker")
        elif figures.is_code(self._tokens, first):
            quantity = replace(quantity, sort="code")
        return self._counted(quantity, read)

    def _suffixed(self, at: int, figure: Quantity, plain: tuple[Value, ...]) -> Read | None:
        """Read 3rd, 1980s, '90s, 1.5m, 10k and 7 bn."""
        after = self._words.word(at + 1)
        beside = at + 1 < len(self._tokens) and self._tokens[at + 1].start == figure.span[1]
        value, quantity = (
            plain[0],
            replace(figure, span=figures.span_of(self._tokens, at, min(at + 2, len(self._tokens)))),
        )
        if beside and after in ORDINAL_ENDS:
            quantity = replace(quantity, keys=frozenset({value, Fraction(1, int(value) or 1)}), sort="ordinal")
        elif beside and isinstance(value, int) and value % 10 == 0 and (after == "s" or self._is_possessive(at + 1)):
            recent = {("decade", value % 100)} if value < 100 or value // 100 in {19, 20} else set()  # noqa: PLR2004 - the '90s
            quantity = replace(quantity, keys=frozenset({value, ("decade", value), *recent}), sort="decade")
        elif after in LETTERS and (beside or len(after) > 1):
            scaled = frozenset(whole(one * LETTERS[after]) for one in plain)
            sure = len(after) > 1 or (at and self._words.word(at - 1) in {"$", "€", "£", "¥"})  # 10m may be ten metres
            quantity = replace(quantity, keys=scaled if sure else scaled.union(plain))
        else:
            return None
        return self._finish(quantity, at + 2)

    def _is_possessive(self, at: int) -> bool:
        """Whether an apostrophe and an s stand here: 1990's."""
        two = self._tokens[at : at + 2]
        return [token.text for token in two] == ["'", "s"] and two[0].end == two[1].start

    def _spelled(self, first: int, start: int) -> Read:
        read = self._words.number(start)
        if read is None:
            return None, first + 1
        force, single = Force.WORD, read.end == start + 1
        keys = {*read.values, *read.keys}
        if read.ordinal and single:
            keys |= {Fraction(1, int(value)) for value in read.values if value > 2}  # noqa: PLR2004 - "a third"
        if (self._words.word(start) in {"first", "second"} and single) or self._is_named(first, read.end):
            force = Force.LIGHT
        elif (read.values in {(0,), (1,)} and not read.ordinal) or self._is_third_party(read.end - 1):
            force = Force.HINT
        span = figures.span_of(self._tokens, first, read.end)
        sort: Sort = "ordinal" if read.ordinal else "number"
        return self._counted(Quantity(span, frozenset(keys), force, sort, read.parts), read)

    def _counted(self, quantity: Quantity, read: Spelled) -> Read:
        """See what is counted: dozens, decades (years too), years and a half."""
        after = self._words.skip_hyphen(read.end)
        if self._words.word(after) == "dozen":
            span = (quantity.span[0], self._tokens[after].end)
            return replace(quantity, span=span, keys=frozenset(value * 12 for value in read.values)), after + 1
        word = self._words.word(after)
        if not read.ordinal:
            scaled = (value * MULTIPLES[word] for value in read.values if word in MULTIPLES)
            quantity = quantity.with_keys(*measured(read.values, MEASURES.get(word)), *scaled)
        return self._finish(quantity.with_keys(*self._half_after_noun(read.values, after)), read.end)

    def _half_after_noun(self, numbers: tuple[Value, ...], at: int) -> set[Key]:
        """Read "three years and a half"."""
        noun, *words = (self._words.word(at + ahead) for ahead in range(4))
        if words[:2] != ["and", "a"] or words[2] not in {"half", "quarter"}:
            return set()
        halved = [whole(value + NUMERALS[words[2]].value) for value in numbers]
        return {*halved, *measured(halved, MEASURES.get(noun))}

    def _is_score(self, at: int) -> bool:
        """Whether it is one side of a score, 3-1: Arabic says "three goals to one", or "clean"."""
        return any(
            self._words.word(middle) == "-" and 0 <= other < len(self._tokens) and self._tokens[other].kind == "figure"
            for middle, other in ((at + 1, at + 2), (at - 1, at - 2))
        )

    def _is_named(self, first: int, end: int) -> bool:
        """Whether a number is part of a name, Six Flags: capitals within a sentence that is not a headline."""
        following = self._tokens[end].text if end < len(self._tokens) else ""
        capitals = first > 0 and self._tokens[first].text[:1].isupper() and following[:1].isupper()
        return capitals and any(word.islower() and len(word) > 4 for word in self._text.split())  # noqa: PLR2004 - letters

    def _is_third_party(self, at: int) -> bool:
        after = self._words.word(self._words.skip_hyphen(at + 1))
        return self._words.word(at) == "third" and after in {"party", "parties"}

    def _is_vague(self, at: int) -> bool:
        """Whether it is the hundred of "a few hundred"."""
        before = self._words.word(at - 1)
        return before in {"few", "several", "many"} or (before == "of" and self._words.word(at - 2) == "couple")

    def _is_fraction(self, at: int) -> bool:
        return self._words.part(at) == "fraction" or self._words.word(at) in {"dozen", "third", "fifth"}

    def _fraction(self, first: int) -> Read:
        """Read "half a million", "a quarter", "a third", "a dozen", "half past ten"."""
        at = first + 1 if self._words.word(first) in {"a", "an"} else first
        word, numeral = self._words.word(at), self._words.numeral(at)
        span = figures.span_of(self._tokens, first, at + 1)
        if numeral is None:
            return Quantity(span, frozenset({12}), Force.WORD), at + 1  # a dozen
        if self._is_third_party(at):
            return Quantity(span, frozenset({3}), Force.HINT, "ordinal"), at + 1
        value = Fraction(1, int(numeral.value)) if numeral.part == "ordinal" else numeral.value
        if value in {Fraction(1, 2), Fraction(1, 4)} and (clock := self._past(first, at + 1, int(value * _MINUTES))):
            return clock
        keys: set[Key] = {value, numeral.value}
        after = at + 1
        while self._words.word(after) in {"of", "a", "-", "the"}:
            after += 1
        size = self._words.numeral(after)
        if size and size.part in {"scale", "hundred"}:
            span = figures.span_of(self._tokens, first, after + 1)
            return Quantity(span, frozenset({whole(value * size.value)}), Force.WORD, "fraction"), after + 1
        keys |= {6} if self._words.word(after) == "dozen" else measured((value,), MEASURES.get(self._words.word(after)))
        force = Force.LIGHT if word.startswith(("half", "halves", "quarter")) else Force.WORD
        if self._words.word(first - 1) == "and" and self._words.word(first - 2) in MEASURES:
            force = Force.HINT  # the half of "three years and a half", read with the three
        return Quantity(span, frozenset(keys), force, "fraction"), at + 1

    def _past(self, first: int, at: int, minutes: int) -> Read | None:
        """Read "half past ten", "a quarter to six"."""
        if self._words.word(at) not in {"past", "to", "after"} or at + 1 == len(self._tokens):
            return None
        figure = self._tokens[at + 1].quantity
        named = self._words.numeral(at + 1)
        hour = figure.value() if figure else named.value if named and named.part in {"unit", "teen"} else None
        if not isinstance(hour, int) or not 0 < hour <= _HOURS:
            return None
        total = hour * _MINUTES + (-minutes if self._words.word(at) == "to" else minutes)
        keys = figures.clock(total // _MINUTES % _HOURS, total % _MINUTES)
        span = figures.span_of(self._tokens, first, at + 2)
        return self._finish(Quantity(span, frozenset(keys), Force.WORD, "time"), at + 2)

    def _vague(self, first: int) -> Read:
        """Read "tens of thousands", and the hundred of "a few hundred"."""
        word, at = self._words.word(first), first + 1
        size = VAGUE.get(word) or int(NUMERALS[word].value)
        while self._words.word(at) == "of" and self._words.word(at + 1) in VAGUE:
            size, at = size * VAGUE[self._words.word(at + 1)], at + 2
        span = figures.span_of(self._tokens, first, at)
        return Quantity(span, frozenset({("vague", size)}), Force.LIGHT, "vague"), at

    def _other(self, at: int) -> Read:
        """Read the words that hold a number: decades, dozens, "both", Roman numerals."""
        token, word = self._tokens[at], self._words.word(at)
        span = (token.start, token.end)
        if word in DECADES:
            return Quantity(span, frozenset({("decade", DECADES[word])}), Force.WORD, "decade"), at + 1
        if word in {"dozen", "dozens"}:
            keys: set[Key] = {12} if word == "dozen" else {("vague", 10), ("vague", 12)}
            return Quantity(span, frozenset(keys), Force.LIGHT, "vague"), at + 1
        if word in HINTS or word in MEASURES:
            half = self._half_after_noun((1,), at + 1) if word in {"a", "an"} else set()
            keys = {*HINTS.get(word, ()), *half, *measured((1,), MEASURES.get(word))}
            return Quantity(span, frozenset(keys), Force.HINT), at + 1
        in_brackets = self._words.word(at + 1) == ")"
        if _ROMAN.fullmatch(token.text.upper() if in_brackets else token.text) or (in_brackets and word == "i"):
            return Quantity(span, frozenset({_roman(word.upper())}), Force.HINT), at + 1
        return None, at + 1

    def _finish(self, quantity: Quantity, at: int) -> Read:
        """See whether it is a percentage, or a time before or after noon."""
        end = quantity.span[1]
        if match := _PERCENT.match(self._text, end):
            return figures.percentage(quantity, self._tokens, at, match.end())
        if quantity.sort == "time" or any(_is_hour(key) for key in quantity.keys):
            before, after = _BEFORE_NOON.match(self._text, end), _AFTER_NOON.match(self._text, end)
            quantity = figures.halved(quantity, before, after)
        return quantity, at

    def _with_shared_scales(self, found: Sequence[tuple[int, int, Quantity]]) -> list[Quantity]:
        """Let the 5 of "between 5 and 7 million" be five million too."""
        made = [quantity for _, _, quantity in found]
        for index, ((_, end, first), (start, after, _)) in enumerate(pairwise(found)):
            scale = SCALES.get(self._words.word(after - 1))
            if scale and start == end + 1 and self._words.word(end) in _TO:
                made[index] = first.with_keys(*(whole(one * scale) for one in values(first) if one < scale))
        return made

    def _months(self) -> list[Quantity]:
        """Let names of months answer for the months of dates in digits."""
        named = (mention for mention in dates.english(self._text) if mention.sort == "month")
        return [Quantity(mention.span, frozenset({("month", mention.number)}), Force.HINT) for mention in named]


def _centuries(found: Sequence[Quantity]) -> list[Quantity]:
    """Let the 1970s, and the seventies, answer for the twentieth century."""
    centuries = (
        (quantity, key // 100 + 1 if isinstance(key, int) else 20)
        for quantity in found
        if quantity.sort == "decade"
        for key in quantity.keys
        if isinstance(key, tuple) or key >= 100  # noqa: PLR2004 - '90s
    )
    return [Quantity(quantity.span, frozenset({century}), Force.HINT) for quantity, century in centuries]


def _with_decimal_point(token: Token) -> Token:
    """Take 6.387 as six and a little, which Arabic may write for six thousand."""
    if token.quantity and re.fullmatch(r"\d{1,3}\.\d{3}", token.text):
        return replace(token, quantity=replace(token.quantity, keys=frozenset({figures.decimal(token.text)})))
    return token


def _is_hour(key: Key) -> bool:
    return key[0] == "time" if isinstance(key, tuple) else isinstance(key, int) and key <= _HOURS


def _roman(numeral: str) -> int:
    signs = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-value if value < max(signs[at:]) else value for at, value in enumerate(signs))
