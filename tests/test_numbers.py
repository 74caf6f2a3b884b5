from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplosum.fidelity import dates, english_numerals, numbers, numerals
from diplosum.fidelity.quantity import Force, values
from diplosum.finding import Finding

PAIRS = [
    line.split("\t") for line in (Path(__file__).parent / "data" / "quantities.tsv").read_text("utf-8").splitlines()
]
GRAVITY = ("note", "warn", "fail")

UNITS = ("", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة")
TEENS = ("أحد عشر", "اثنا عشر", *(f"{unit} عشر" for unit in UNITS[3:10]))
TENS = ("عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
HUNDREDS = ("مئة", "مئتان", *(f"{stem}مئة" for stem in ("ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع")))
SCALES = ((10**9, "مليار", "ملياران", "مليارات"), (10**6, "مليون", "مليونان", "ملايين"), (1000, "ألف", "ألفان", "آلاف"))

ENGLISH_ONES = "zero one two three four five six seven eight nine".split()  # noqa: SIM905 - quoted words say no more
ENGLISH_ONES += "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905 - as above
ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905 - as above
ENGLISH_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))


def arabic_words(number: int) -> str:
    """Write a number below 10^12 in Arabic words, masculine, nominative."""
    for size, one, two, many in SCALES:
        if number >= size:
            count, rest = divmod(number, size)
            head = {1: one, 2: two}.get(count) or f"{arabic_words(count)} {many if 3 <= count <= 10 else one}"
            return f"{head} و{arabic_words(rest)}" if rest else head
    if number >= 100:
        head, rest = HUNDREDS[number // 100 - 1], number % 100
        return f"{head} و{arabic_words(rest)}" if rest else head
    if number >= 20:
        head, unit = TENS[number // 10 - 2], number % 10
        return f"{UNITS[unit]} و{head}" if unit else head
    return UNITS[number] if number <= 10 else TEENS[number - 11]


def english_words(number: int, joint: str) -> str:
    """Write a number below 10^15 in English words, ``joint`` between hundreds and tens."""
    for size, name in ENGLISH_SCALES:
        if number >= size:
            count, rest = divmod(number, size)
            head = f"{english_words(count, joint)} {name}"
            return f"{head}{joint if rest < 100 else ' '}{english_words(rest, joint)}" if rest else head
    if number >= 20:
        unit = number % 10
        return ENGLISH_TENS[number // 10 - 2] + (f"-{ENGLISH_ONES[unit]}" if unit else "")
    return ENGLISH_ONES[number]


def check(source: str, output: str) -> list[Finding]:
    return numbers.check(source, output) + dates.check(source, output)


@pytest.mark.parametrize(("verdict", "source", "output"), PAIRS)
def test_translations_are_judged_as_a_reader_would(verdict: str, source: str, output: str) -> None:
    findings = check(source, output)
    gravest = max((finding.severity for finding in findings), key=GRAVITY.index, default="note")
    assert gravest == ("note" if verdict == "right" else verdict), [finding.message for finding in findings]


def test_there_are_wrong_translations_of_every_gravity_among_the_pairs() -> None:
    assert {verdict for verdict, _, _ in PAIRS} == {"right", "warn", "fail"}
    assert len(PAIRS) > 150


@settings(deadline=None)
@given(st.integers(3, 10**12 - 1))
def test_any_number_in_arabic_words_is_read_as_one_number(number: int) -> None:
    (quantity,) = [one for one in numerals.read(arabic_words(number)) if one.force]
    assert number in quantity.keys
    assert quantity.span == (0, len(arabic_words(number)))


@settings(deadline=None)
@given(st.integers(3, 10**15 - 1), st.sampled_from([" and ", " "]))
def test_any_number_in_english_words_is_read_as_one_number(number: int, joint: str) -> None:
    text = english_words(number, joint)
    (quantity,) = [one for one in english_numerals.read(text) if one.force]
    assert number in quantity.keys
    assert quantity.span == (0, len(text))


@settings(deadline=None)
@given(st.integers(3, 10**12 - 1))
def test_the_same_number_in_words_and_digits_is_the_same(number: int) -> None:
    arabic, english = f"بلغ العدد {arabic_words(number)}.", english_words(number, " and ")
    for source in (arabic, f"بلغ العدد {number}.", f"بلغ العدد {number:,}."):
        for output in (english, str(number), f"{number:,}"):
            assert numbers.check(source, f"The number was {output}.") == []


@settings(deadline=None)
@given(st.integers(3, 10**9), st.integers(3, 10**9))
def test_another_number_is_found_however_it_is_written(number: int, other: int) -> None:
    for source in (str(number), arabic_words(number)):
        for output in (str(other), english_words(other, " and ")):
            findings = numbers.check(f"بلغ العدد {source} تقريباً.", f"The number was about {output}.")
            grave = [finding for finding in findings if finding.severity != "note"]
            assert bool(grave) == (number != other)


@settings(deadline=None)
@given(st.from_regex(r"\A\d{1,3}(,\d{3}){0,3}(\.\d{1,2})?\Z"))
def test_the_three_styles_of_digits_are_one(figure: str) -> None:
    styles = [
        figure.translate(str.maketrans("0123456789", digits)) for digits in ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
    ]
    styles.append(styles[1].replace(".", "٫").replace(",", "٬"))
    assert len({numerals.read(style)[0].keys for style in styles}) == 1


@settings(deadline=None)
@given(st.lists(st.integers(3, 10**6), min_size=1, max_size=4))
def test_the_order_of_numbers_may_change_between_languages(figures: list[int]) -> None:
    source, output = "؛ ".join(map(str, figures)), "; ".join(map(str, sorted(figures, reverse=True)))
    assert numbers.check(f"الأرقام: {source}", f"The figures: {output}") == []


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(source: str, output: str) -> None:
    for finding in check(source, output):
        assert all(0 <= start < end <= len(source) for start, end in finding.source)
        assert all(0 <= start < end <= len(output) for start, end in finding.output)


@settings(deadline=None)
@given(st.text("0123456789٠١٢٣.,٫٬/:%- ½'()و عشرةمئألف", max_size=40), st.text("0123456789.,/:%- ½'()", max_size=40))
def test_any_heap_of_digits_can_be_compared(source: str, output: str) -> None:
    check(source, output)


@pytest.mark.parametrize(
    ("text", "number", "span"),
    [
        ("نحو ٣٠ ألف نازح", 30_000, (4, 10)),
        ("نزح مِئَتا ألفِ مدني", 200_000, (4, 15)),
        ("وبخمسة ملايين", 5_000_000, (0, 13)),
        ("للمرة السابعة عشرة على التوالي", 17, (6, 18)),
        ("بعد ثلاثة أيام", 3, (4, 9)),
    ],
)
def test_a_number_is_found_where_it_stands(text: str, number: int, span: tuple[int, int]) -> None:
    (quantity,) = [one for one in numerals.read(text) if one.force >= Force.WORD]
    assert number in values(quantity)
    assert quantity.span == span


def test_a_finding_quotes_both_sides_in_one_line() -> None:
    source, output = "قُتل 90 شخصاً.", "80 people were killed."
    (finding,) = numbers.check(source, output)
    assert finding == Finding("number", "fail", "«90» became “80”", ((5, 7),), ((0, 2),))


def test_a_lost_and_an_added_number_are_named() -> None:
    messages = [finding.message for finding in numbers.check("أُصيب 14 رجلاً في أربع قرى.", "The men were wounded.")]
    assert messages == ["«14» is missing", "«أربع» is missing"]
    assert [finding.message for finding in numbers.check("أُصيب رجال.", "14 men were wounded.")] == [
        "“14” is not in the source"
    ]


def test_miles_for_kilometres_are_worth_a_note_only_when_they_are_right() -> None:
    assert [one.severity for one in numbers.check("يبعد 100 كيلومتر.", "It is 62 miles away.")] == ["note"]
    assert [one.severity for one in numbers.check("يبعد 100 كيلومتر.", "It is 26 miles away.")] == ["fail"]


def test_what_may_be_left_out_is_worth_a_note() -> None:
    assert [one.severity for one in numbers.check("للمرة الأولى في التاريخ.", "Never before in history.")] == ["note"]
