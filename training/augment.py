"""Changes to a pair that leave it a translation, so that the model bears what texts look like.

What is changed in meaning (a number, a name) is changed on both sides; what is changed in looks (diacritics, tatweel,
digits, quotation marks) on the Arabic side alone. Everything is drawn from the ``Random`` that is passed in.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from diplosum.arabic import Rules, for_model, western_digits
from training import sources
from training.settings import Chances
from training.sources import Pair

_LETTER = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
_JOINING = "بتثجحخسشصضطظعغفقكلمنهي"  # letters that join the one behind them
_VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ARABIC_NUMBER = re.compile(r"(?<![\w.,٫٬/:-])[\d٠-٩]+(?:[.,٫٬][\d٠-٩]+)*(?![\w/:-]|[.,٫٬][\d٠-٩])")
_ENGLISH_NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?:[.,]\d+)*(?![\w/:-]|[.,]\d)")
_SEPARATORS = str.maketrans({"٫": ".", "٬": ","})
_QUOTED = re.compile(r'«([^«»"“”]*)»|“([^«»"“”]*)”|"([^«»"“”]*)"')
_STYLES = ("«{}»", "“{}”", '"{}"', "„{}“")
_STOP = re.compile(r"[.۔]$")
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages, and what kind of thing bears it: names of a kind can stand for each other."""

    arabic: str
    english: str
    kind: str


class Names:
    """Names that are swapped, found by their Arabic form."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.kinds: Mapping[str, list[Name]] = defaultdict(list)
        self._known: dict[str, Name] = {}
        for name in names:
            if self._known.setdefault(name.arabic, name) is name:
                self.kinds[name.kind].append(name)
        longest = sorted(map(re.escape, self._known), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)([وفبلك]?)({'|'.join(longest)})(?!\w)") if longest else None

    def find(self, pair: Pair) -> list[Name]:
        """Names that both sides have, equally often."""
        if self._pattern is None:
            return []
        found = [match[2] for match in self._pattern.finditer(pair.arabic)]
        known = (self._known[text] for text in dict.fromkeys(found))
        return [n for n in known if found.count(n.arabic) == len(_english(n).findall(pair.english))]

    def swap(self, pair: Pair, old: Name, new: Name) -> Pair:
        """Put ``new`` where ``old`` stands."""

        def put(match: re.Match[str]) -> str:
            if match[2] != old.arabic:
                return match[0]
            # ل before an article swallows its alef.
            return f"لل{new.arabic[2:]}" if match[1] == "ل" and new.arabic.startswith("ال") else match[1] + new.arabic

        if self._pattern is None:
            return pair
        return Pair(self._pattern.sub(put, pair.arabic), _english(old).sub(lambda _: new.english, pair.english))


def _english(name: Name) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(name.english)}(?![\w-])")


def load_names(data: Path) -> Names:
    """Names of people, by gender, and of cities, from the lexicon."""
    people = (Name(row["ar"], row["en"], f"person {row['gender']}") for row in sources.lexicon(data, "persons"))
    cities = (Name(row["ar"], row["en"], "city") for row in sources.lexicon(data, "cities") if row["type"] == "c")
    return Names([*people, *cities])


def augment(pair: Pair, chances: Chances, names: Names, random: Random) -> Pair:
    """Change ``pair`` in some of the ways below."""
    if random.random() >= chances.as_written:
        pair = Pair(for_model(pair.arabic, Rules()).text, pair.english)  # as models read it in diplosum
    if random.random() < chances.names:
        pair = swap_names(pair, names, random)
    for change, chance in (
        (swap_numbers, chances.numbers),
        (drop_stop, chances.stop),
        (head, chances.heading),
        (requote, chances.quotation),
        (digits, chances.digits),
        (tatweel, chances.tatweel),
        (diacritics, chances.diacritics),
    ):
        if random.random() < chance:
            pair = change(pair, random)
    return pair


def swap_names(pair: Pair, names: Names, random: Random) -> Pair:
    """Give one person or city another's name, on both sides."""
    found = names.find(pair)
    if not found:
        return pair
    old = random.choice(found)
    new = random.choice(names.kinds[old.kind])
    taken = new.arabic in pair.arabic or new.english in pair.english
    return pair if taken else names.swap(pair, old, new)


def swap_numbers(pair: Pair, random: Random) -> Pair:
    """Change numbers that both sides have once, digit for digit.

    Only numbers whose last two digits are 11 or more, before and after: others change the grammar of what is counted.
    """
    left = [plain(match[0]) for match in _ARABIC_NUMBER.finditer(pair.arabic)]
    right = [match[0] for match in _ENGLISH_NUMBER.finditer(pair.english)]
    chosen = {
        number: _other(number, random)
        for number in dict.fromkeys(left)
        if left.count(number) == right.count(number) == 1 and _is_many(number)
    }
    new = set(chosen.values())
    if len(new) < len(chosen) or new & {*left, *right}:
        return pair

    def arabic(match: re.Match[str]) -> str:
        number = chosen.get(plain(match[0]))
        return match[0] if number is None else _in_style(number, match[0])

    return Pair(
        _ARABIC_NUMBER.sub(arabic, pair.arabic),
        _ENGLISH_NUMBER.sub(lambda match: chosen.get(match[0], match[0]), pair.english),
    )


def same_numbers(pair: Pair) -> bool:
    """Whether both sides have the same numbers in digits, equally often."""
    left = sorted(plain(match[0]) for match in _ARABIC_NUMBER.finditer(pair.arabic))
    return left == sorted(match[0] for match in _ENGLISH_NUMBER.finditer(pair.english))


def plain(number: str) -> str:
    """Write a number as English does."""
    return western_digits(number).translate(_SEPARATORS)


def _is_many(number: str) -> bool:
    whole = number.partition(".")[0].replace(",", "")
    return len(whole) > 1 and int(whole[-2:]) > 10  # noqa: PLR2004 - see swap_numbers


def _other(number: str, random: Random) -> str:
    for _ in range(_TRIES):
        drawn = "".join(str(random.randint(0, 9)) if sign.isdigit() else sign for sign in number)
        if drawn[0] != "0" and _is_many(drawn):
            return drawn
    return number


def _in_style(number: str, like: str) -> str:
    """Write ``number``, which has the length of ``like``, with its digits and separators."""
    if western_digits(like) != like:
        number = number.translate(_EASTERN)
    return "".join(sign if old.isdigit() else old for sign, old in zip(number, like, strict=True))


def digits(pair: Pair, random: Random) -> Pair:
    """Write the Arabic side's numbers in the other style, now and then with Arabic separators."""
    style = str.maketrans({".": "٫", ",": "٬"}) if random.random() < 1 / 2 else {}

    def other(match: re.Match[str]) -> str:
        if western_digits(match[0]) != match[0]:
            return plain(match[0])
        return match[0].translate(_EASTERN).translate(style)

    return Pair(_ARABIC_NUMBER.sub(other, pair.arabic), pair.english)


def drop_stop(pair: Pair, random: Random) -> Pair:
    """Leave the last full stop out, on both sides or on the Arabic side alone, where a writer forgot it."""
    if not (_STOP.search(pair.arabic) and _STOP.search(pair.english)) or pair.english.endswith("..."):
        return pair
    english = _STOP.sub("", pair.english) if random.random() < 1 / 2 else pair.english
    return Pair(_STOP.sub("", pair.arabic), english)


def head(pair: Pair, random: Random) -> Pair:
    """Make a heading or an item of a list: no full stop, and a number or a colon."""
    if not (_STOP.search(pair.arabic) and _STOP.search(pair.english)) or pair.english.endswith("..."):
        return pair
    arabic, english = (_STOP.sub("", side) for side in pair)
    if random.random() < 1 / 2:
        return Pair(f"{arabic}:", f"{english}:")
    number = random.randint(1, 20)
    return Pair(f"{number}. {arabic}", f"{number}. {english}")


def requote(pair: Pair, random: Random) -> Pair:
    """Put the Arabic side's quotations into other marks, the same for all."""
    style = random.choice(_STYLES)
    return Pair(_QUOTED.sub(lambda match: style.format(match[match.lastindex or 0]), pair.arabic), pair.english)


def tatweel(pair: Pair, random: Random) -> Pair:
    """Stretch letters that join."""
    places = [n for n in range(len(pair.arabic) - 1) if _joins(pair.arabic, n)]
    chosen = set(random.sample(places, min(len(places), random.randint(1, 4))))
    return Pair(
        "".join(s + "ـ" * random.randint(1, 4) if n in chosen else s for n, s in enumerate(pair.arabic)), pair.english
    )


def _joins(text: str, place: int) -> bool:
    return text[place] in _JOINING and text[place + 1] in _LETTER


def diacritics(pair: Pair, random: Random) -> Pair:
    """Sprinkle vowel signs: in print they stand where a reader may go wrong, or on every letter."""
    share = random.choice([0.03, 0.1, 0.8])
    signs = (s + random.choice(_VOWELS) if s in _LETTER and random.random() < share else s for s in pair.arabic)
    return Pair("".join(signs), pair.english)
