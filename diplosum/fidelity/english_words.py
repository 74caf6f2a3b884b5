"""The English words that numbers are made of, and those that only hold a number: "both", "decade", "noon"."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from diplosum.fidelity.quantity import Key, Value

Part = Literal["unit", "teen", "tens", "hundred", "scale", "ordinal", "fraction"]

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_IRREGULAR = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_IRREGULAR |= {"twelve": "twelfth"}
# "1.5m", "$2bn", "30k": what the letters behind a figure may mean beside a measure.
LETTERS = {"k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "trn": 10**12}
ORDINAL_ENDS = frozenset(("st", "nd", "rd", "th"))


@dataclass(frozen=True, slots=True)
class Word:
    """A numeral word: which part of a number it is, and its value."""

    part: Part
    value: Value


def _ordinal(cardinal: str) -> str:
    if cardinal in _IRREGULAR:
        return _IRREGULAR[cardinal]
    return cardinal[:-1] + "ieth" if cardinal.endswith("y") else cardinal + "th"


def _numerals() -> dict[str, Word]:
    words = {"zero": Word("unit", 0)}
    words |= dict.fromkeys(("half", "halves"), Word("fraction", Fraction(1, 2)))
    words |= dict.fromkeys(("quarter", "quarters"), Word("fraction", Fraction(1, 4)))
    parts: tuple[tuple[Part, dict[str, int]], ...] = (
        ("unit", {name: value for value, name in enumerate(_UNITS, 1)}),
        ("teen", {name: value for value, name in enumerate(_TEENS, 10)}),
        ("tens", {name: value * 10 for value, name in enumerate(_TENS, 2)}),
        ("hundred", {"hundred": 100}),
        ("scale", SCALES),
    )
    for part, names in parts:
        for name, value in names.items():
            words[name] = Word(part, value)
            words[_ordinal(name)] = Word("ordinal", value)
            if value > 2:  # noqa: PLR2004 - "thirds", but seconds are no fraction
                words[_ordinal(name) + "s"] = Word("fraction", Fraction(1, value))
    return words


NUMERALS = _numerals()
VAGUE = {"tens": 10, "hundreds": 100, **{f"{name}s": value for name, value in SCALES.items()}}
DECADES = {name[:-1] + "ies": value * 10 for value, name in enumerate(_TENS, 2)}
# Words that hold a number without saying it: they may answer for «شخصان», «عقد», «الحادية عشرة».
_MANIFOLD = {
    0: "no none nil",
    1: "a an once single sole only another another's initial initially lone unilateral each every mono",
    2: "both twice couple pair pairs twin twins double doubled doubling doubles doubly dual two-fold twofold bilateral "
    "bilaterally either neither duo latter former half between mutual respective respectively twosome halved other "
    "joint biannual biennial biweekly secondary secondly",
    3: "triple tripled tripling trio thrice threefold trilateral tripartite triangle triangular treble trebled "
    "triplets triad trimester trimesters triennial tertiary trilogy thirdly hat-trick",
    4: "quadruple quadrupled quartet fourfold quadrilateral quadripartite quarterly",
    5: "quintet fivefold quintuple pentagon",
    6: "sixfold hexagon sextet",
    7: "sevenfold",
    8: "octagon eightfold",
    10: "tenfold decimal decathlon",
    12: "noon midnight midday",
    100: "centenary centennial hundredfold percent",
    1000: "millennium millennia millennial thousandfold",
}
HINTS: dict[str, tuple[Key, ...]] = {
    **{word: (value,) for value, words in _MANIFOLD.items() for word in words.split()},
    "noon": (12, ("time", 0)),
    "midday": (12, ("time", 0)),
    "midnight": (12, 0, ("time", 0)),
    "quarterly": (4, 3),
    "clock": (24,),  # around it
    "quintile": (Fraction(1, 5), 5),
    "quartile": (Fraction(1, 4), 4),
    "decile": (Fraction(1, 10), 10),
    # Names that Arabic writes like a number: «ستون», «وست», «بئر السبع», «الأربعين», «السبعين».
    "stone": (60,),
    "west": (6,),
    "sheva": (7,),
    "beersheba": (7,),
    "arbaeen": (40,),
    "sabeen": (70,),
    "sabaeen": (70,),
    "sitteen": (60,),
    "sittin": (60,),
    "khamseen": (50,),
    "troika": (3,),
    "centurion": (100,),
    "pentecost": (50,),
    "bicentennial": (200,),
    "bicentenary": (200,),
}
# Times that Arabic may count in another measure.
MEASURES: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("hour", "hours"), ("hours", 1)),
    **dict.fromkeys(("day", "days"), ("hours", 24)),
    **dict.fromkeys(("week", "weeks"), ("hours", 7 * 24)),
    **dict.fromkeys(("fortnight", "fortnights"), ("hours", 14 * 24)),
    **dict.fromkeys(("month", "months"), ("months", 1)),
    **dict.fromkeys(("year", "years"), ("months", 12)),
    **dict.fromkeys(("decade", "decades"), ("months", 120)),
    **dict.fromkeys(("century", "centuries"), ("months", 1200)),
}
_PREFIXES = {"kilo": 10**3, "mega": 10**6, "giga": 10**9}
# "1.5 gigatons" is a billion and a half in Arabic.
MULTIPLES = {
    f"{prefix}{unit}{plural}": factor
    for prefix, factor in _PREFIXES.items()
    for unit in ("ton", "tonne", "watt")
    for plural in ("", "s")
}
