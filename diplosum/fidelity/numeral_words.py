"""The Arabic words that numbers are made of, folded: no vowel signs, one alef, one ya, ha for ta marbuta."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from diplosum.fidelity.quantity import Force, Key, Value

Part = Literal["unit", "ten", "tens", "hundred", "hundreds", "scale", "scales", "ordinal", "fraction", "fractions"]


@dataclass(frozen=True, slots=True)
class Word:
    """A numeral word: which part of a number it is, its value, and how much it asks when it stands alone."""

    part: Part
    value: Value
    force: Force = Force.WORD


_SIGNS = re.compile("[\u064b-\u0652\u0640\u0670]")
_FOLD = str.maketrans("أإآٱىةی", "اااايهي")
_STEMS = ("ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع")  # three to nine
_ORDINALS = ("ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر")  # third to tenth
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن")


def _numerals() -> dict[str, Word]:
    words: dict[str, Word] = {}

    def add(part: Part, value: Value, forms: Iterable[str], force: Force = Force.WORD) -> None:
        words.update(dict.fromkeys(forms, Word(part, value, force)))

    add("unit", 1, ("واحد", "واحده", "واحدا"), Force.LIGHT)
    add("unit", 1, ("احد", "احدي"), Force.HINT)
    add("unit", 2, ("اثنان", "اثنين", "اثنتان", "اثنتين", "اثنا", "اثني", "اثنتا", "اثنتي"), Force.LIGHT)
    for value, stem in enumerate(_STEMS, 3):
        add("unit", value, (stem, f"{stem}ه", f"{stem}ا", f"{stem}تهم", f"{stem}تها"))
        for hundred in ("مئه", "مائه", "مايه", "ميه"):
            add("hundreds", value * 100, (stem + hundred, f"{stem}ي{hundred}", f"{stem}ه{hundred}"))
        add("tens", value * 10, (f"{stem}ون", f"{stem}ين"))
    add("unit", 8, ("ثماني", "ثمانيه", "ثمانيا"))
    add("ten", 10, ("عشر", "عشره", "عشرا"))
    add("tens", 20, ("عشرون", "عشرين"))
    add("hundred", 100, ("مئه", "مائه", "مايه"))
    add("hundreds", 200, (f"{stem}{end}" for stem in ("مئت", "مائت", "ميت") for end in ("ان", "ين", "ا", "ي")))
    for size, forms in (
        (10**3, ("الف", "الفا", "الاف")),
        (10**6, ("مليون", "مليونا", "ملايين")),
        (10**9, ("مليار", "مليارا", "مليارات", "بليون", "بليونا", "بلايين")),
        (10**12, ("تريليون", "تريليونا", "تريليونات", "ترليون", "ترليونا", "ترليونات")),
    ):
        add("scale", size, forms)
        add("scales", 2 * size, (f"{one}{end}" for one in forms[::3] for end in ("ان", "ين", "ي")))
    words["الف"] = Word("scale", 1000, Force.LIGHT)  # also "wrote", and a name for any great number
    words["الفا"] = Word("scale", 1000, Force.LIGHT)
    add("ordinal", 1, ("اول", "اولي", "اولا"), Force.LIGHT)
    add("ordinal", 1, ("حادي", "حاديه"), Force.HINT)
    add("ordinal", 2, ("ثاني", "ثان", "ثانيا"), Force.LIGHT)
    add("ordinal", 2, ("ثانيه",), Force.HINT)  # a measure of time too
    for value, stem in enumerate(_ORDINALS, 3):
        add("ordinal", value, (stem, f"{stem}ه", f"{stem}ا"))
    for value, stem, force in (
        (Fraction(1, 2), "نصف", Force.LIGHT),
        (Fraction(1, 3), "ثلث", Force.WORD),
        (Fraction(2, 3), "ثلثي", Force.WORD),
        (Fraction(2, 3), "ثلثا", Force.WORD),
        (Fraction(1, 4), "ربع", Force.LIGHT),
        (Fraction(1, 6), "سدس", Force.WORD),
        (Fraction(1, 8), "ثمن", Force.HINT),  # also "price"
    ):
        add("fraction", value, (stem, f"{stem}ا", *(stem + pronoun for pronoun in _PRONOUNS)), force)
    add("fraction", Fraction(2, 3), ("ثلثين", "ثلثان"))
    add("fraction", Fraction(1, 5), (f"خمس{pronoun}" for pronoun in _PRONOUNS[1:]))
    add("fraction", Fraction(2, 5), ("خمسي",), Force.HINT)
    for below, form in ((3, "اثلاث"), (4, "ارباع"), (5, "اخماس"), (6, "اسداس"), (8, "اثمان"), (10, "اعشار")):
        add("fractions", Fraction(1, below), (form, *(form + pronoun for pronoun in _PRONOUNS)), Force.HINT)
    return words


NUMERALS = _numerals()
# What else these words may mean: «خمس» is a fifth too, «ألفا» is two thousand of something.
ALSO: dict[str, Value] = {
    "خمس": Fraction(1, 5),
    "سبع": Fraction(1, 7),
    "تسع": Fraction(1, 9),
    "عشر": Fraction(1, 10),
    "ثلثا": Fraction(1, 3),
    "الفا": 2000,
    "مليونا": 2 * 10**6,
    "مليارا": 2 * 10**9,
}
_NOT_SURE = frozenset(("لست", "ولست", "فلست"))  # "I am not", or "for six"

VAGUE: dict[str, int] = {
    "عشرات": 10,
    "مئات": 100,
    "مائات": 100,
    "الاف": 10**3,
    "الوف": 10**3,
    "ملايين": 10**6,
    "مليارات": 10**9,
    "بلايين": 10**9,
    "تريليونات": 10**12,
}
DECADES: dict[str, int] = {
    f"{stem}{end}": 10 * value
    for value, stem in enumerate(("عشرين", *(f"{stem}ين" for stem in _STEMS)), 2)
    for end in ("يات", "ات", "يه", "ي")
}
_MANIFOLD = {
    2: "كلا كلتا كلاهما كليهما كلتاهما كلتيهما كلي معا زوج زوجا زوجي مزدوج مزدوجه ثنائي ثنائيه ثنائيا ضعف ضعفا ضعفي مضاعف "
    "مضاعفه ازدواج ازدواجيه توام توامان تضاعف تضاعفت يتضاعف ضاعف ضاعفت",
    3: "ثلاثي ثلاثيه ثلاثيا مثلث ترويكا",
    4: "رباعي رباعيه رباعيا",
    5: "خماسي خماسيه خماسيا",
    6: "سداسي سداسيه سداسيا",
    7: "سباعي سباعيه",
    10: "عقد عقدا عشري عشريه",
    12: "دزينه",
    100: "مئوي مئويه قرن قرنا",
    1: "مره وحيد وحيده منفرد مفرد",
    0: "صفر",
}
# Words that hold a number without saying it: they may answer for "two", "trilateral", "a decade", "noon".
HINTS: dict[str, tuple[Key, ...]] = {
    **{word: (value,) for value, words in _MANIFOLD.items() for word in words.split()},
    "ظهر": (12, ("time", 0)),
    "ظهرا": (12, ("time", 0)),
    "ليل": (12, 0, ("time", 0)),
}
# What a number counts where English may count in another measure: three decades, thirty years.
MEASURES = {
    **dict.fromkeys(("عقود", "عقدا", "عقد"), 10),
    **dict.fromkeys(("قرون", "قرنا"), 100),
    **dict.fromkeys(("اسابيع", "اسبوعا"), 7),
    **dict.fromkeys(("ايام", "يوما"), 24),
    **dict.fromkeys(("سنوات", "سنه", "اعوام", "عاما"), 12),
}
_DUAL_MEASURES = {"عقد": 10, "قرن": 100, "اسبوع": 7, "يوم": 24, "عام": 12, "سن": 12}
# Nouns whose dual, without the article, says "two" beyond doubt; those in -a drop it: دوله, دولتين.
_COUNTED = (
    "شخص رجل جندي قتيل جريح مدني يوم شهر اسبوع عام عقد قرن طفل ولد صاروخ هجوم انفجار منزل مبني مشفي مستشفي مسجد حزب فريق لاعب "
    "هدف فيلم كتاب مقعد موقع مشروع قرار تقرير اجتماع لقاء مؤتمر ملف مسلح شرطي ضابط صحفي صحافي طالب عامل عنصر فلسطيني "
    "سوري عراقي لبناني اسرائيلي اميركي امريكي قانون نائب وزير مسؤول مشتبه سجين اسير بند محور مسار خيار سؤال سبب عنصر نوع "
    "دوله سنه ساعه دقيقه ثانيه مره امراه سياره طائره قذيفه غاره عمليه حاله جثه فتاه مدينه قريه مدرسه شركه مجموعه مرحله "
    "جوله دوره جلسه وثيقه رساله اتفاقيه مذكره جائزه ميداليه مباراه نقطه درجه لغه قضيه مشكله طريقه محاوله تجربه مركبه سفينه"
).split()
DUALS: dict[str, tuple[Value, ...]] = {
    f"{stem}{middle}{end}": (2, *((2 * _DUAL_MEASURES[stem],) if stem in _DUAL_MEASURES else ()))
    for noun in _COUNTED
    for stem, middle in [(noun.removesuffix("ه"), "ت" if noun.endswith("ه") else "")]
    for end in ("ان", "ين")
}
_LIKE_A_DUAL = re.compile(r".{3,}(?:ان|ين|تا|تي|تاه|تيه|تاها|تيها|اهما|يهما|تينا)")


@dataclass(frozen=True, slots=True)
class Atom:
    """A word without its prefixes: joined by «و», governed by «ب», with the article, and what numeral it is."""

    base: str
    joined: bool = False
    governed: bool = False
    definite: bool = False
    word: Word | None = None


@cache
def fold(word: str) -> str:
    """Write a word as it is compared."""
    return _SIGNS.sub("", word).translate(_FOLD)


@cache
def atom(text: str) -> Atom:
    """Cut prefixes off, as few as make a known word of it: «وبالثلاثة» is joined, definite, «ثلاثه»."""
    folded = fold(text)
    if folded in _NOT_SURE:
        return Atom(folded, word=Word("unit", 6, Force.HINT))
    others = []
    for conjunction in ("", "و", "ف"):
        for preposition in ("", "ب", "ل", "ك"):
            for article in ("", "ال", "ل") if preposition == "ل" else ("", "ال"):
                prefix = conjunction + preposition + article
                if folded.startswith(prefix):
                    base = folded[len(prefix) :]
                    made = Atom(base, bool(conjunction), bool(preposition), bool(article), NUMERALS.get(base))
                    if made.word or any(base in known for known in (VAGUE, HINTS, DECADES, DUALS, MEASURES)):
                        return made
                    others.append(made)
    return max(others, key=lambda other: other.definite, default=Atom(folded))


def may_be_dual(word: str) -> bool:
    """Whether a folded word has an ending of the dual: many others have it too."""
    return _LIKE_A_DUAL.fullmatch(word) is not None
