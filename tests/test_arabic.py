import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplosum import arabic
from diplosum.arabic import Change, Rules, for_model

NONE = Rules(*[False] * 6)


@pytest.mark.parametrize(
    ("rule", "text", "copy", "count"),
    [
        ("tatweel", "المدن العراقـية والمـــدن", "المدن العراقية والمدن", 2),
        ("tatweel", "سنة 1445هـ و1446 هـ.", "سنة 1445هـ و1446 هـ.", 0),
        ("tatweel", "هـذا وجهـ", "هذا وجه", 2),
        ("diacritics", "ضدّ الإرهابِ عالٍ الثنائيّة رحمٰن", "ضد الإرهاب عال الثنائية رحمن", 5),
        ("presentation_forms", "ﻣﺮﺣﺒﺎ ﷲ ﻻ", "مرحبا الله لا", 7),
        ("presentation_forms", "ﷺ ½ … ① ﴿آية﴾", "ﷺ ½ … ① ﴿آية﴾", 0),
        ("controls", "\u202eنعم\u200f\u200b\ufeff\x1b\x00\ud800", "نعم", 7),
        ("controls", "می\u200cروم إلى\u2028بغداد", "می روم إلى بغداد", 2),
        ("controls", "👨\u200d👩 ال\u200dنص", "👨\u200d👩 النص", 1),
        ("lookalikes", "علی کتابە وہذا ھنا", "علي كتابه وهذا هنا", 5),
        ("lookalikes", "إلى مدرسة أأإآ", "إلى مدرسة أأإآ", 0),
        ("spaces", " قال  الوزير ، نعم .\u00a0لا ؟ ", "قال الوزير، نعم. لا؟", 7),
        ("spaces", "بلغت .5 ثم ... و4 : 5", "بلغت .5 ثم ... و4: 5", 1),
    ],
)
def test_each_rule_changes_what_it_names_and_counts_it(rule: str, text: str, copy: str, count: int) -> None:
    made = for_model(text, Rules(**{name: name == rule for name in NONE.__slots__}))
    assert made.text == copy
    assert made.changes == ((Change(rule, count),) if count else ())


def test_rules_that_are_off_change_nothing() -> None:
    text = " العراقـيّة  ﻣﺮﺣﺒﺎ\u200f علی ، "
    assert for_model(text, NONE).text == text


def test_letters_of_other_languages_stay_where_the_document_is_not_arabic() -> None:
    made = for_model("می\u200cروم کتاب", Rules(), arabic=False)
    assert made.text == "می\u200cروم کتاب"


@given(st.text())
def test_a_copy_of_a_copy_is_the_same(text: str) -> None:
    once = for_model(text, Rules()).text
    assert for_model(once, Rules()).text == once


@given(st.text())
def test_no_control_character_or_line_break_reaches_the_model(text: str) -> None:
    copy = for_model(text, Rules()).text
    assert len(copy.splitlines()) <= 1
    assert not any(ord(character) < 0x20 or 0xD800 <= ord(character) < 0xE000 for character in copy)


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="ـ")))
def test_letters_that_differ_in_meaning_are_never_folded(text: str) -> None:
    for letter in "أإآىةءؤئ":
        assert for_model(text, Rules()).text.count(letter) >= text.count(letter)


@pytest.mark.parametrize(
    ("text", "is_arabic"),
    [
        ("وصل الوزير إلى بغداد أمس.", True),
        ("وصل الوزیر الی بغداد کما قال.", True),  # typed on a Persian keyboard
        ("أعلنت گوگل عن الخدمة الجديدة في المملكة", True),
        ("این یک متن فارسی است که چند کلمه پیوسته گفتن دارد", False),
        ("یہ اردو زبان میں لکھا گیا ایک جملہ ہے", False),
        ("No Arabic here.", False),
        ("", False),
    ],
)
def test_arabic_is_told_from_other_languages_in_its_script(text: str, is_arabic: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert arabic.language(text).arabic is is_arabic


def test_digits_are_written_the_western_way() -> None:
    assert arabic.western_digits("٠١٢٣٤٥٦٧٨٩ ۴۵۶ 7") == "0123456789 456 7"
