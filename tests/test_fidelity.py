"""Parts of the rooms, and what a reader sees of their findings. The pairs of test_rooms.py show what they find."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplosum.fidelity import coverage, gaps, meaning, negation, quotation
from diplosum.fidelity.alignment import aligned, output_words, source_words
from diplosum.fidelity.calibration import calibration
from diplosum.fidelity.folding import fold

AGREED = "أكد الجانبان أهمية مكافحة الإرهاب، واتفقا على تشكيل لجنة مشتركة تجتمع مرتين في السنة."
AGREED_ENGLISH = "The two sides stressed the importance of fighting terrorism"


@given(st.text("كتاب مدرسة\u064b\u0651\u0640\u0670 2024،", max_size=30))
def test_a_folded_character_knows_where_it_stood(text: str) -> None:
    folded = fold(text)
    assert folded.text == "".join(text[place] for place in folded.positions[:-1])
    assert all(first < second for first, second in pairwise(folded.positions))
    if folded.text:
        start, end = folded.span(0, len(folded.text))
        assert fold(text[start:end]).text == folded.text
        assert end == len(text)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("قال: «سنعود غدا» ثم غادر", ["سنعود غدا"]),
        ("He said: \"We will return\" and 'left'.", ["We will return", "left"]),
        ("The neighbours' children don't know the '90s.", []),
        ("“Outer ‘inner’ outer” and “next”", ["Outer ‘inner’ outer", "next"]),
        ("„So“, he said", ["So"]),
        ('A 12" pipe and a 5\'11" man', []),
        ("It ends here» and goes on", ["It ends here"]),
        ('"It goes on', ["It goes on"]),
        ("&quot;entity&quot; marks", ["entity"]),
        ('""', []),
    ],
)
def test_quotations_are_told_from_apostrophes_and_inches(text: str, quoted: list[str]) -> None:
    assert [text[slice(*one.span)] for one in quotation.quotations(text)] == quoted


def test_a_lost_quotation_is_shown() -> None:
    source = "قال الوزير: «لن نقبل بأي تدخل في شؤوننا الداخلية» ثم غادر."
    (found,) = quotation.check(source, "The minister said they would accept no interference, then left.")
    assert found.message == "«لن نقبل بأي تدخل في …» is quoted in the source and not in the output"
    assert [source[slice(*span)] for span in found.source] == ["لن نقبل بأي تدخل في شؤوننا الداخلية"]


def test_a_lost_denial_is_shown_where_it_stood() -> None:
    source = "قال إنه لَمْ يوقّع البيان."
    (found,) = negation.check(source, "He said that he signed the statement.")
    assert (found.message, [source[slice(*span)] for span in found.source]) == (
        "«لَمْ» denies; the output does not",
        ["لَمْ"],
    )


def test_sentences_are_compared_side_by_side_and_shown_where_they_stood() -> None:
    source = "غادر الضيوف باكرا. لم ينته الحفل قبل الفجر."
    output = "The guests did not leave early. The party ended before dawn."
    added, lost = negation.check(source, output)
    assert [output[slice(*span)] for span in added.output] == ["not"]
    assert [source[slice(*span)] for span in lost.source] == ["لم"]


def test_a_limit_turned_around_is_shown() -> None:
    source = "تُسلم الطلبات في موعد أقصاه الخميس."
    (found,) = negation.check(source, "Applications are to be submitted later than Thursday.")
    assert found.message == "«موعد أقصاه» sets a limit; the output oversteps it"


@pytest.mark.parametrize(
    ("source", "output", "severities"),
    [
        ("لم يحضر إلا الوزير.", "Only the minister came.", ["note"]),
        ("لم يحضر إلا الوزير.", "The minister came.", ["warn"]),
        ("لا يتجاوز العدد عشرين.", "The number is at most twenty.", []),
        ("لا يتجاوز العدد عشرين.", "The number is twenty.", ["warn"]),
        ("لا يقتصر الأمر على المال.", "It is also about other things than money.", []),
    ],
)
def test_exceptions_and_limits_may_be_put_without_a_denial(source: str, output: str, severities: list[str]) -> None:
    assert [one.severity for one in negation.check(source, output)] == severities


def test_a_missing_clause_is_shown() -> None:
    (found,) = coverage.check(AGREED, f"{AGREED_ENGLISH}.")
    assert found.kind == "coverage"
    (span,) = found.source
    assert AGREED[slice(*span)].endswith("لجنة مشتركة تجتمع مرتين في السنة.")
    assert found.message == "nothing stands for «واتفقا على تشكيل … في السنة.»"


@pytest.mark.parametrize(
    ("source", "output", "clause"),
    [
        (
            "زار الوفد مصنع الزجاج في المدينة، ثم توجه إلى الميناء القديم.",
            "The delegation visited the glass factory in the city.",
            "ثم توجه إلى الميناء القديم.",
        ),
        (
            "قررت البلدية إغلاق السوق المركزي أسبوعا كاملا، بينما احتج التجار على القرار.",
            "The municipality decided to close the central market for a whole week.",
            "بينما احتج التجار على القرار.",
        ),
        (
            "تخرجت من كلية الطب قبل عشرين عاما وعملت طبيبة في مستشفى القرية.",
            "She graduated from the faculty of medicine twenty years ago.",
            "وعملت طبيبة في مستشفى القرية.",
        ),
    ],
)
def test_a_clause_is_named_from_its_conjunction_to_the_end(source: str, output: str, clause: str) -> None:
    (found,) = coverage.check(source, output)
    (span,) = found.source
    assert source[slice(*span)] == clause


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("شكرا.", "Thank you."),
        ("الطقس غدا", "Tomorrow's weather"),
        ("افتتاح معرض الكتاب في مسقط", "Muscat book fair opens"),
        ("الأمطار تغلق الطرق الجبلية، والمدارس تبقى مفتوحة", "Rain shuts mountain roads; schools stay open"),
        ("وفي الختام، شكر الحضور.", "Finally, he thanked those present."),
        ("نزل المطر، ففرح الفلاحون.", "The rain came and the farmers rejoiced."),
        ("قال المدرب إن الفريق جاهز، وإن اللاعبين بخير.", "The coach said the team was ready and the players well."),
        (
            "أعلنت الوزارة، في بيان أصدرته مساء أمس، تأجيل الامتحانات أسبوعا بسبب الحر.",
            "In a statement issued last night, the ministry postponed the exams by a week because of the heat.",
        ),
        (
            "من المهم، كما قال المتحدث باسم الحكومة، أن يصدر القانون قريبا.",
            "It is important that the law be passed soon, said a spokesman for the government.",
        ),
    ],
)
def test_nothing_is_missing_where_all_is_said_briefly_or_in_another_order(source: str, output: str) -> None:
    assert not coverage.check(source, output)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 1.0])
def test_passages_hold_every_word(share: float) -> None:
    words = [f"w{number}" for number in range(11)]
    passages = gaps.passages(" ".join(words), share)
    assert {word for passage in passages for word in passage.split()} == set(words)
    assert len({len(passage.split()) for passage in passages}) == 1


def test_an_added_sentence_is_shown() -> None:
    added = "The museum will close for repairs until the end of August."
    (found,) = coverage.check(
        "شكر الرئيس المنظمين على حسن الاستقبال.", f"The president thanked the organisers. {added}"
    )
    (span,) = found.output
    assert {"museum", "close", "repairs", "August"} <= set(
        f"The president thanked the organisers. {added}"[slice(*span)].replace(".", "").split()
    )


def test_words_without_counterparts_stand_out() -> None:
    source, output = source_words(AGREED), output_words(AGREED_ENGLISH)
    missing, _ = aligned(AGREED, source, output)
    by_word = dict(zip((word.text for word in source), missing, strict=True))
    assert max(by_word["الإرهاب"], by_word["أهمية"]) < 0 < min(by_word["لجنة"], by_word["السنة"])


def test_a_percentile_rises_with_the_cosine() -> None:
    cosines = calibration().meaning
    percents = [cosines.percentile(step / 100) for step in range(-100, 101)]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0.0, 100.0)
    assert cosines.percentile(cosines.cosines[5]) == pytest.approx(cosines.percents[5])


def test_the_usual_length_deviates_by_nothing() -> None:
    usual = calibration().length
    assert abs(usual.deviation(1000, 1140)) < 0.1
    assert usual.deviation(100, 40) < -5 < 5 < usual.deviation(100, 350)
    assert usual.deviation(10, 30) < usual.deviation(100, 300)


def test_a_sentence_that_means_something_else_says_how_far_off_it_is() -> None:
    (wrong,) = meaning.check("افتتح الوزير مدرسة جديدة في القرية.", "Bitcoin fell by a tenth on Monday.")
    assert (wrong.severity, wrong.message) == ("fail", "closer to its source than only 0.2 % of good translations")
    assert not meaning.check("افتتح الوزير مدرسة جديدة في القرية.", "The minister opened a new school in the village.")
    assert not meaning.check("افتتح الوزير مدرسة جديدة في القرية.", " ")


def test_little_is_said_of_a_text_of_a_word_or_two() -> None:
    assert {one.severity for one in meaning.check("نعم، شكرا.", "Certainly, with pleasure.")} <= {"note"}
