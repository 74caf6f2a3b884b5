"""How fit a sentence is to be shown by itself: whole, a fragment, furniture of the page, a heading; and does it lean.

Judged by its form alone, with lists of Arabic openings; no model is needed.
"""

import re
from collections.abc import Sequence
from enum import IntEnum

from diplosum.engine import Candidate

_FEWEST_WORDS = 5  # of a sentence
_FEWEST_WORDS_LOOSE = 8  # of an item of a list, or of a line without a full stop: it may be a date line or a name
_LONGEST_CAPTION = 15  # words
_OPENING = 6  # words, in which a sentence shows whether it leans on another

CHARACTERS = 2000  # of a sentence that are looked at

_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")
_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"})
_WORD = re.compile(r"[^\W_]+")
_SPELLED = re.compile(r"[^\W\d_]{2}")
_STOPPED = re.compile(r"[.!۔…][\]»\"”’')]*$")
_BROKEN_OFF = (":", "،", ",", "؛", ";", "؟", "?", "...", "…")  # a question is half of what there is to say
_ITEM = re.compile(r"[-–—•▪●*]\s|\(?(?:\d{1,2}|[^\W\d_])\s*[-.)/]\s")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S")
_SIGNED = re.compile(r"[(\[/|–-]([^(\[/|–-]+)$")
_LABELLED = re.compile(r"[^:/|]{1,25}[:/|]")
_PREFIXES = re.compile(r"(?:[وف]?(?:ال|لل|[بكل]ال|[بلك])?)(?=\w{3})")
_POINTING = re.compile(r"\b(?:هذا|هذه|ذلك|تلك|هؤلاء) (?=\w)(?!ال(?:عام|سنه|موسم|شهر|اسبوع|يوم|مره|صباح|مساء)\b)")
# «وتساءل جاره»: whose? Spelled as written, for a folded جارة would look the same.
_SOMEONES = re.compile(
    r"\W*\w+ (?:جار|زميل|نظير|محامي|شقيق|والد|صديق|رفيق|مدرب|مساعد|نائب|وكيل|شريك|ابن|ابنت|زوج|زوجت)"
    r"(?:ه|ها|هم|هما)\b"
)
_SPEECH = re.compile(r"\W*\w+\s*[:،«\"]")


def _phrases(text: str) -> tuple[str, ...]:
    """Phrases between commas, each with a space behind it; they must be spelled as :func:`_plain` spells."""
    return tuple(f"{phrase.strip()} " for phrase in text.split(","))


_SAYING = _phrases("""
    قال, قالت, قالوا, اضاف, اضافت, اشار, اشارت, اوضح, اوضحت, اكد, اكدت, لفت, لفتت, ذكر, ذكرت, تابع, تابعت, شدد, شددت,
    بين, بينت, اعتبر, اعتبرت, راي, رات, نوه, نوهت, اعرب, اعربت, كشف, كشفت, اعلن, اعلنت, دعا, دعت, نفي, نفت, حذر, حذرت,
    طالب, طالبت, عبر, عبرت, صرح, صرحت, استطرد, ختم, اردف, اردفت, زاد, زادت, افاد, افادت, ابدي, ابدت, تطرق, تطرقت,
    جدد, جددت, اقر, اقرت, توقع, توقعت, وصف, وصفت, روي, روت, تساءل, تساءلت, يقول, تقول, يضيف, تضيف,
    يؤكد, تؤكد, يري, تري, يشير, تشير, يوضح, توضح
""")
_NO_SUBJECT = _phrases("""
    ان, انه, انها, انهم, بان, بانه, بانها, الي, علي, عن, من, في, لدي, خلال, ردا, قائلا, قائله, بالقول, مبتسما,
    بعد, قبل, عقب, له, لها, لهم, احدهم, احدهما, احداهن, احداهما, بعضهم
""")
_LEANING = _phrases("""
    كما, ايضا, من جهته, من جهتها, من جهتهم, من جانبه, من جانبها, من جانبهم, من ناحيته, من ناحيتها, من جهه اخري,
    من ناحيه اخري, بدوره, بدورها, بدورهم, في المقابل, بالمقابل, في السياق نفسه, في السياق ذاته, في الاطار نفسه,
    في الوقت نفسه, في الوقت ذاته, بذلك, لذلك, كذلك, ففي, فمن, فعلي, فقد, مع ذلك, رغم ذلك, علي صعيد اخر, علي سبيل
    المثال, مثلا, لكن, لكنه, لكنها, لكنهم, غير ان, الا ان, بيد ان, علي ان, بل, ثم, من ثم, من هنا, بالتالي,
    حينها, عندها, عندئذ, حينئذ, لذا, لهذا, بهذا, هكذا, هو, هي, هما, هم, هن, هذان, اولئك, اما, حيث, اذ, مما,
    الامر الذي, منه, منها, منهم, فيه, فيها, له, لها, لهم, به, بها, عنه, عنها, اليه, اليها, عليه, عليها, بينهم,
    بينها
""")
# These link, but do not point to a sentence before when a speaker is named after them: «من جهته، رأى لافروف».
_LINKS = _phrases("""
    كما, ايضا, كذلك, من جهته, من جهتها, من جهتهم, من جانبه, من جانبها, من جانبهم, من ناحيته, من ناحيتها, بدوره, بدورها,
    بدورهم
""")
_FURNITURE = _phrases("""
    اقرا ايضا, اقرا المزيد, اقرا كذلك, اقراوا ايضا, شاهد ايضا, شاهدوا ايضا, طالع ايضا, طالعوا ايضا, انظر ايضا,
    للمزيد, لقراءه المزيد, لمتابعه المزيد, لمشاهده المزيد, مواضيع ذات صله, موضوعات ذات صله, اخبار ذات صله,
    مواد ذات صله, مقالات ذات صله, اخبار متعلقه, مواضيع متعلقه, شارك علي فيسبوك, شارك علي تويتر, شارك علي واتساب,
    شارك عبر فيسبوك, شارك عبر واتساب, شارك هذا, شارك المقال, شارك الخبر, شاركوا هذا, شاركوا المقال, شاركوا الخبر,
    تابعنا علي, تابعنا عبر, تابعونا, اشترك الان, اشتركوا الان, اشترك في نشرتنا, اشترك في النشره, اشترك في قناتنا,
    اشتركوا في نشرتنا, اشتركوا في النشره, اشتركوا في قناتنا, للاشتراك, اضغط هنا, اضغط علي, انقر هنا, انقر علي,
    الكلمات المفتاحيه, الكلمات الدلاليه, الوسوم, وسوم, copyright
""")
_RIGHTS = _phrases("الحقوق محفوظه, حقوق النشر محفوظه, حقوق الطبع محفوظه, حقوق النشر والطبع, all rights reserved")
_PICTURES = _phrases(
    "صوره, الصوره, صور, الصور, فيديو, الفيديو, كاريكاتير, انفوغرافيك, تصوير, عدسه, photo, image, video"
)
_CREDITS = _phrases("""
    ا ف ب, اف ب, فرانس برس, الفرنسيه, رويترز, د ب ا, ا ب, اسوشيتد برس, الاناضول, وكالات, ارشيف, ارشيفيه, من الارشيف,
    سبوتنيك, شينخوا, غيتي, واع, واس, وام, كونا, بنا, قنا, بترا, سانا, afp, reuters, ap, epa, getty, getty images
""")


class Standing(IntEnum):
    """How fit a sentence is to be shown by itself; only the fittest that a text has are chosen from."""

    WHOLE = 0
    PARTIAL = 1  # a fragment, an item of a list, a row of figures, an address, a question, a sentence that breaks off
    FURNITURE = 2  # a caption, a credit, an invitation to share or to read more
    HEADING = 3
    NOTHING = 4  # no words, or the words of an earlier sentence: never chosen


def all_words_of(text: str) -> list[str]:
    """Words for comparing: bare alef, ya and ha for their variants, no diacritics, no capitals."""
    return _WORD.findall(_MARKS.sub("", text).translate(_FOLDS).lower())


def words_of(sentence: str) -> list[str]:
    """Words for comparing, of as much of a sentence as is looked at."""
    return all_words_of(sentence[:CHARACTERS])


def stem_of(word: str) -> str:
    """Take off what Arabic writes before a noun: and, the, in, to, like."""
    return word[match.end() :] if (match := _PREFIXES.match(word)) else word


def _plain(words: Sequence[str]) -> str:
    return " ".join([*words, ""])


def _is_furniture(text: str, words: list[str]) -> bool:
    plain = _plain(words)
    if "©" in text or plain.startswith(_FURNITURE) or any(claim in plain for claim in _RIGHTS):
        return True
    if len(words) > _LONGEST_CAPTION:
        return False
    signed = _SIGNED.search(text)
    return (
        plain in _CREDITS
        or (signed is not None and _plain(words_of(signed[1])) in _CREDITS)
        or (plain.startswith(_PICTURES) and _LABELLED.match(text) is not None)
    )


def _is_partial(text: str, words: list[str]) -> bool:
    spelled = sum(1 for word in words if _SPELLED.search(word))
    if spelled < _FEWEST_WORDS or 2 * spelled < len(words) or text.endswith(_BROKEN_OFF) or _ADDRESS.search(text):
        return True
    unstopped, item = _STOPPED.search(text) is None, _ITEM.match(text) is not None
    return (unstopped and item) or ((unstopped or item) and spelled < _FEWEST_WORDS_LOOSE)


def standing(candidate: Candidate, words: list[str]) -> Standing:
    """Judge a sentence with these words."""
    text = candidate.text.strip()
    if not words:
        return Standing.NOTHING
    if candidate.heading:
        return Standing.HEADING
    if _is_furniture(text, words):
        return Standing.FURNITURE
    return Standing.PARTIAL if _is_partial(text, words) else Standing.WHOLE


def leans(text: str) -> bool:
    """Whether a sentence opens with a link, with a pronoun, or with a verb of saying and no subject.

    «وأكد لافروف» says who, «وأكد أن» does not.
    """
    if _SOMEONES.match(text):
        return True
    opening = _plain(words_of(text)[:_OPENING])
    for plain in (opening, opening[1:]) if opening.startswith(("و", "ف")) else (opening,):
        link = next((link for link in _LINKS if plain.startswith(link)), "")
        rest = plain[len(link) :]
        if _POINTING.search(plain):
            return True
        if rest.startswith(_SAYING):
            return rest.partition(" ")[2].startswith(_NO_SUBJECT) or _SPEECH.match(text) is not None
        if plain.startswith(_LEANING):
            return True
    return False
