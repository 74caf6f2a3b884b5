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
    add("unit", 2, ("اثنان", "اثنين", "اثنتان", "اثنتين", "اثنا", "اثني", "اثنتا", "اثنتي"))
    for value, stem in enumerate(_STEMS, 3):
        add("unit", value, (stem, f"{stem}ه", f"{stem}ا", f"{stem}تهم", f"{stem}تها"))
        for hundred in ("مئه", "مائه", "مايه", "ميه"):
            add("hundreds", value * 100, (stem + hundred, f"{stem}ي{hundred}", f"{stem}ه{hundred}"))
        add("tens", value * 10, (f"{stem}ون", f"{stem}ين"))
    add("unit", 8, ("ثماني", "ثمانيه", "ثمانيا"))
    add("ten", 10, ("عشر", "عشره", "عشرا"))
    add("tens", 20, ("عشرون", "عشرين"))
    add("hundred", 100, ("مئه", "مائه", "مايه"))
    add("hundreds", 200, (f"{stem}{end}" for stem in ("مئت", "مائت") for end in ("ان", "ين", "ا", "ي")))
    for size, forms in (
        (10**3, ("الف", "الفا", "الاف")),
        (10**6, ("مليون", "مليونا", "ملايين")),
        (10**9, ("مليار", "مليارا", "مليارات", "بليون", "بليونا", "بلايين")),
        (10**12, ("تريليون", "تريليونا", "تريليونات", "ترليون", "ترليونا", "ترليونات")),
    ):
        add("scale", size, forms)
        add("scales", 2 * size, (f"{one}{end}" for one in forms[::3] for end in ("ان", "ين", "ي")))
    for spoken, written in (
        ("اتنين", "اثنين"),
        ("تلاته", "ثلاثه"),
        ("تلات", "ثلاث"),
        ("تمانيه", "ثمانيه"),
        ("تلاتين", "ثلاثين"),
    ):
        words[spoken] = words[written]
    words["الف"] = Word("scale", 1000, Force.LIGHT)  # also "wrote", and a name for any great number
    words["الفا"] = Word("scale", 1000, Force.LIGHT)
    add("ordinal", 1, ("اول", "اولي", "اولا"), Force.LIGHT)
    add("ordinal", 1, ("حادي", "حاديه"), Force.HINT)
    add("ordinal", 2, ("ثاني", "ثان", "ثانيا"), Force.LIGHT)
    add("ordinal", 2, ("ثانيه",), Force.HINT)  # a measure of time too
    for value, stem in enumerate(_ORDINALS, 3):
        add("ordinal", value, (stem, f"{stem}ه"))
        add("ordinal", value, (f"{stem}ا",), Force.LIGHT)  # thirdly, or III
    fractions: tuple[tuple[Fraction, str, Force], ...] = (
        (Fraction(1, 2), "نصف", Force.LIGHT),
        (Fraction(1, 3), "ثلث", Force.WORD),
        (Fraction(2, 3), "ثلثي", Force.WORD),
        (Fraction(2, 3), "ثلثا", Force.WORD),
        (Fraction(1, 4), "ربع", Force.LIGHT),
        (Fraction(1, 6), "سدس", Force.WORD),
        (Fraction(1, 8), "ثمن", Force.HINT),  # also "price"
    )
    for part, stem, force in fractions:
        add("fraction", part, (stem, f"{stem}ا", *(stem + pronoun for pronoun in _PRONOUNS)), force)
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
    "خمسين": Fraction(2, 5),
    "الفا": 2000,
    "مليونا": 2 * 10**6,
    "مليارا": 2 * 10**9,
}
# «الإثني», ethnic; «أثنى», he praised; «ألّف», he wrote.
_OTHERS = re.compile("[وف]?[بلك]?(?:ال|لل)إثني|[وف]?(?:أثنى|أل[\u064b-\u0650]*\u0651.*)")
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
    2: "كلا كلتا كلاهما كليهما كلتاهما كلتيهما كلي معا زوج زوجا زوجي مزدوج مزدوجه ثنائي ثنائيه ثنائيا ضعف ضعفا ضعفي "
    "مضاعف مضاعفه ازدواج ازدواجيه توام توامان تضاعف تضاعفت يتضاعف ضاعف ضاعفت",
    3: "ثلاثي ثلاثيه ثلاثيا مثلث ترويكا",
    4: "رباعي رباعيه رباعيا",
    5: "خماسي خماسيه خماسيا",
    6: "سداسي سداسيه سداسيا",
    7: "سباعي سباعيه",
    10: "عشري عشريه",
    12: "دزينه",
    100: "مئوي مئويه",
    1: "مره وحيد وحيده منفرد مفرد",
    0: "صفر",
}
# Words that hold a number without saying it: they may answer for "two", "trilateral", "a decade", "noon".
HINTS: dict[str, tuple[Key, ...]] = {
    **{word: (value,) for value, words in _MANIFOLD.items() for word in words.split()},
    "الفيه": (1000, 2000, ("decade", 2000)),
    "ظهر": (12, ("time", 0)),
    "ظهرا": (12, ("time", 0)),
    "ليل": (12, 0, ("time", 0)),
}
# Times that English may count in another measure.
MEASURES: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("ساعه", "ساعات"), ("hours", 1)),
    **dict.fromkeys(("يوم", "يوما", "ايام"), ("hours", 24)),
    **dict.fromkeys(("اسبوع", "اسبوعا", "اسابيع"), ("hours", 7 * 24)),
    **dict.fromkeys(("شهر", "شهرا", "اشهر", "شهور"), ("months", 1)),
    **dict.fromkeys(("عام", "عاما", "اعوام", "سنه", "سنوات"), ("months", 12)),
    **dict.fromkeys(("عقد", "عقدا", "عقود"), ("months", 120)),
    **dict.fromkeys(("قرن", "قرنا", "قرون"), ("months", 1200)),
}
# Nouns whose dual, without the article, says "two" beyond doubt; those in -a drop it: دوله, دولتين.
_COUNTED = (
    "شخص رجل جندي قتيل جريح يوم شهر اسبوع عام عقد قرن طفل صاروخ هجوم انفجار منزل مشفي مستشفي مسجد حزب "
    "فريق هدف فيلم كتاب مقعد موقع مشروع قرار تقرير اجتماع لقاء مؤتمر ملف شرطي ضابط عنصر قانون نائب وزير سجين اسير "
    "بند محور مسار خيار سؤال سبب نوع دوله سنه ساعه دقيقه مره امراه سياره طائره قذيفه غاره عمليه حاله جثه فتاه "
    "مدينه قريه مدرسه شركه مجموعه مرحله جوله دوره جلسه وثيقه رساله اتفاقيه مذكره جائزه ميداليه مباراه نقطه درجه "
    "لغه قضيه مشكله طريقه محاوله تجربه مركبه سفينه"
)
# Their plural is written like the dual in -ين, but not like the one in -ان.
_COUNTED_OR_MANY = (
    "مدني مبني مسلح صحفي صحافي لاعب عامل مسؤول مشتبه فلسطيني سوري عراقي لبناني مصري اسرائيلي اميركي امريكي مهاجر"
)
# Each with what it counts, where that is a time.
DUALS: dict[str, tuple[str, int] | None] = {
    f"{stem}{middle}{end}": MEASURES.get(noun)
    for nouns, ends in ((_COUNTED, ("ان", "ين")), (_COUNTED_OR_MANY, ("ان",)))
    for noun in nouns.split()
    for stem, middle in [(noun.removesuffix("ه"), "ت" if noun.endswith("ه") else "")]
    for end in ends
}
# Others than duals end so too: «لبنان», «فلسطين», «سوري».
_LIKE_A_DUAL = re.compile(r".{2,}(?:ان|ين|تا|تي)|.{3,}(?:ي|تاه|تيه|[اي]ها|[اي]هم|كما|تينا)|.*هما")
_LIKE_A_DUAL_BEFORE_ARTICLE = re.compile(r".{3,}ا")


@dataclass(frozen=True, slots=True)
class Atom:
    """A word without its prefixes: joined by «و», governed by «ب», with the article, and what numeral it is."""

    base: str = ""
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
    if _OTHERS.fullmatch(text):
        return Atom(folded)
    letters = _SIGNS.sub("", text)
    if folded in _NOT_SURE:
        return Atom(folded, word=Word("unit", 6, Force.HINT))
    others = []
    for conjunction in ("و",) if letters.startswith(("وأ", "وإ")) else ("", "و", "ف"):  # «وأحد» is not «واحد»
        for preposition in ("", "ب", "ل", "ك"):
            for article in ("", "ال", "ل") if preposition == "ل" else ("", "ال"):
                prefix = conjunction + preposition + article
                # An article has a plain alef: «ألستون» is a name.
                if folded.startswith(prefix) and (not article or letters[len(prefix) - len(article)] in "ال"):
                    base = folded[len(prefix) :]
                    made = Atom(base, bool(conjunction), bool(preposition), bool(article), NUMERALS.get(base))
                    if made.word or any(base in known for known in (VAGUE, HINTS, DECADES, DUALS, MEASURES)):
                        return made
                    others.append(made)
    return max(others, key=lambda other: other.definite, default=Atom(folded))


def may_be_dual(word: Atom, following: Atom) -> bool:
    """Whether a word has an ending of the dual, or of one that another noun completes: «طرفا النزاع», «طرفي النزاع»."""
    if word.definite:
        return _LIKE_A_DUAL.fullmatch(word.base.removesuffix("ي")) is not None
    article = following.definite and _LIKE_A_DUAL_BEFORE_ARTICLE.fullmatch(word.base) is not None
    return article or _LIKE_A_DUAL.fullmatch(word.base) is not None
