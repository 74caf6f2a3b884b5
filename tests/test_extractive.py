"""The embedded summarizer: what it may pick, what it must not, and that it says the same every time."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplosum import standing
from diplosum.engine import Candidate, Pick
from diplosum.engines import extractive
from diplosum.engines.extractive import select
from diplosum.fidelity import vectors
from diplosum.standing import Standing

TITLE = "وزيرا النقل في الأردن والعراق يبحثان فتح معبر جديد"
NEWS = (
    "بحث وزير النقل الأردني مع نظيره العراقي في عمّان أمس فتح معبر بري جديد بين البلدين.",
    "واتفق الوزيران على تأليف لجنة مشتركة تجتمع كل شهر لمتابعة أعمال البناء.",
    "وتبلغ كلفة المعبر 120 مليون دولار يدفع كل بلد نصفها على ثلاث سنوات.",
    "ويتوقع خبراء الاقتصاد أن ترتفع حركة الشاحنات بين البلدين بنسبة الثلث بعد افتتاحه.",
    "وحذرت نقابة السائقين من أن الطريق المؤدية إلى المعبر لا تحتمل هذا العدد من الشاحنات.",
    "ووعدت وزارة الأشغال بتوسيع الطريق قبل نهاية السنة المقبلة وإضاءتها ليلاً.",
    "وزار الوفد العراقي ميناء العقبة واطلع على أعمال توسيع رصيف الحاويات فيه.",
    "ويعود العمل في المعبر القديم إلى منتصف القرن الماضي حين كان يمر منه المسافرون وحدهم.",
)
FRAGMENTS = (
    "وتتلقى الوزارة ملاحظات السكان حتى نهاية الشهر على العنوان notes@crossing.example وحده.",
    "الصادرات 2023 120 2024 135 2025 150 الواردات النفط القمح الشاي.",
    "عمّان في 12 آذار",
    "وقال الوزير في ختام اللقاء ما يأتي:",
    "كم يبلغ عدد الشاحنات اليوم؟",
    "• رسوم العبور الجديدة",
)
FURNITURE = (
    "صورة: الوزيران في ختام لقائهما في عمّان أمس الأحد",
    "جانب من اللقاء بين الوزيرين في مبنى الوزارة (أ ف ب)",
    "رويترز",
    "اقرأ أيضاً: كيف تغيرت حركة التجارة بين البلدين في عشر سنوات",
    "شارك هذا المقال مع أصدقائك على مواقع التواصل الاجتماعي.",
    "جميع الحقوق محفوظة للناشر ولا يجوز نقل المواد من دون إذن.",
    "© 2024 الصحيفة اليومية المصورة الصادرة في عمّان صباح كل يوم.",
)


def body(*texts: str) -> list[Candidate]:
    return [Candidate(text, paragraph, heading=False) for paragraph, text in enumerate(texts)]


def positions(picks: list[Pick]) -> list[int]:
    return [pick.position for pick in picks]


documents = st.lists(
    st.one_of(
        st.builds(Candidate, st.sampled_from(NEWS + FRAGMENTS + FURNITURE), st.integers(0, 3), st.just(value=False)),
        st.builds(Candidate, st.sampled_from((TITLE, "خلفية", "ردود الفعل")), st.integers(0, 3), st.just(value=True)),
        st.builds(Candidate, st.text(max_size=30), st.integers(0, 3), st.booleans()),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(0, 6))
def test_picks_are_few_enough_unique_in_document_order_and_in_range(document: list[Candidate], count: int) -> None:
    picks = positions(select(document, count))
    assert len(picks) <= count
    assert all(0 <= position < len(document) for position in picks)
    assert all(earlier < later for earlier, later in pairwise(picks))


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(1, 6))
def test_nothing_worse_is_picked_while_a_whole_sentence_exists(document: list[Candidate], count: int) -> None:
    whole = {position for position, one in enumerate(document) if one.text in NEWS and not one.heading}
    picks = positions(select(document, count))
    if whole:
        assert picks
        assert {document[position].text for position in picks}.isdisjoint((*FRAGMENTS, *FURNITURE))
        assert not any(document[position].heading for position in picks)


@settings(max_examples=40, deadline=None)
@given(documents, st.integers(1, 6))
def test_something_is_picked_whenever_there_are_words(document: list[Candidate], count: int) -> None:
    words = any(character.isalnum() for one in document for character in one.text)
    assert bool(select(document, count)) == words


@settings(max_examples=20, deadline=None)
@given(st.permutations(NEWS * 2))
def test_a_sentence_that_stands_twice_is_picked_once(texts: list[str]) -> None:
    picks = positions(select(body(*texts), len(texts)))
    assert sorted(texts[position] for position in picks) == sorted(NEWS)


def test_a_sentence_repeated_many_times_does_not_crowd_out_the_others() -> None:
    assert len(select(body(*NEWS[:1] * 300, *NEWS[1:]), len(NEWS))) == len(NEWS)


@settings(max_examples=20, deadline=None)
@given(documents, st.integers(1, 4), st.integers(1, 5))
def test_blocks_that_keep_all_their_sentences_change_nothing(document: list[Candidate], count: int, block: int) -> None:
    one_block, several = select(document, count), select(document, count, block=block)
    assert positions(several) == positions(one_block)
    assert [pick.score for pick in several] == pytest.approx([pick.score for pick in one_block], abs=2e-4)


def test_a_newly_loaded_encoder_gives_the_same_picks_and_scores() -> None:
    document = [Candidate(TITLE, 0, heading=True), *body(*NEWS)]
    first = select(document, 4)
    vectors._encoder.cache_clear()
    assert select(document, 4) == first


def test_all_whole_sentences_are_picked_when_more_are_asked_for() -> None:
    assert positions(select(body(*NEWS[:3], *FRAGMENTS), 50)) == [0, 1, 2]


@pytest.mark.parametrize("first", range(len(NEWS)))
def test_among_sentences_on_one_subject_the_first_leads(first: int) -> None:
    assert positions(select(body(*NEWS[first:], *NEWS[:first]), 1)) == [0]


def test_something_new_is_preferred_to_the_lead_in_other_words() -> None:
    again = "وناقش وزيرا النقل الأردني والعراقي في لقائهما فتح معبر بري بين البلدين."
    document = [Candidate(TITLE, 0, heading=True), *body(NEWS[0], NEWS[2], NEWS[5], again)]
    assert positions(select(document, 2)) == [1, 2]


def test_the_first_pick_of_a_news_item_is_its_first_sentence() -> None:
    document = [Candidate(TITLE, 0, heading=True), *body(*NEWS)]
    assert positions(select(document, 1)) == [1]
    assert positions(select(document, 3))[0] == 1


def test_a_sentence_that_is_off_the_subject_is_left_out() -> None:
    stranger = "وفاز فريق الجامعة بكأس الشطرنج للسنة الثالثة بعد مباراة طويلة."
    document = [Candidate(TITLE, 0, heading=True), *body(*NEWS[:4], stranger, *NEWS[4:])]
    assert 5 not in positions(select(document, 5))


@pytest.mark.parametrize("text", [*FRAGMENTS, *FURNITURE, TITLE, "نعم", "2024"])
def test_a_document_of_one_poor_line_gives_that_line(text: str) -> None:
    assert positions(select([Candidate(text, 0, heading=text == TITLE)], 3)) == [0]


@pytest.mark.parametrize("document", [[], [""], [" ", "…", "***"]])
def test_a_document_without_words_gives_nothing(document: list[str]) -> None:
    assert select(body(*document), 3) == []


def test_a_heading_is_picked_only_when_there_is_nothing_else() -> None:
    headings = [Candidate(TITLE, 0, heading=True), Candidate("خلفية", 1, heading=True)]
    assert positions(select(headings, 2)) == [0, 1]
    assert positions(select([*headings, *body("رويترز")], 3)) == [2]


@pytest.mark.parametrize(
    "variant",
    [
        "بحث وزير النقل الأردني مع نظيره العراقي في عمّان أمس، فتح معبر بري جديد بين البلدين",
        "بحث وزير النقل الاردني مع نظيره العراقي في عمان امس فتح معبر بري جديد بين البلدين.",
        "بحث وزير النقل الأردني أمس مع نظيره العراقي في عمّان فتح معبر بري جديد بين البلدين الجارين.",
    ],
)
def test_near_duplicates_are_never_both_picked(variant: str) -> None:
    assert positions(select(body(NEWS[0], variant, NEWS[2]), 3)) == [0, 2]


def test_a_sentence_whose_words_are_nearly_all_in_another_is_left_out() -> None:
    shorter = "ويتوقع خبراء الاقتصاد أن ترتفع حركة الشاحنات بعد افتتاحه."
    assert extractive._vectors([NEWS[3], shorter])[0] @ extractive._vectors([shorter])[0] < extractive._SAME
    assert len(select(body(NEWS[3], shorter), 2)) == 1


@pytest.mark.parametrize(
    "opening",
    [
        "وأضاف أن أعمال البناء تبدأ في الخريف وتستمر سنتين كاملتين.",
        "وأشار إلى أن أعمال البناء تبدأ في الخريف وتستمر سنتين كاملتين.",
        "وقال: «تبدأ أعمال البناء في الخريف وتستمر سنتين كاملتين».",
        "كما تبدأ أعمال البناء في الخريف وتستمر سنتين كاملتين.",
        "من جهته، أعلن أن أعمال البناء تبدأ في الخريف وتستمر سنتين كاملتين.",
        "كما أشار إلى أن أعمال البناء تبدأ في الخريف وتستمر سنتين كاملتين.",
        "وتساءل جاره عن أعمال البناء التي تبدأ في الخريف وتستمر سنتين.",
        "وقالت إحداهن إن أعمال البناء تبدأ في الخريف وتستمر سنتين.",
        "لكن أعمال البناء لا تبدأ قبل الخريف وتستمر سنتين كاملتين.",
        "ويشمل ذلك أعمال البناء التي تبدأ في الخريف وتستمر سنتين كاملتين.",
        "وهو مشروع تبدأ أعمال بنائه في الخريف وتستمر سنتين كاملتين.",
    ],
)
def test_a_sentence_leans_when_its_opening_points_back(opening: str) -> None:
    assert standing.leans(opening)


@pytest.mark.parametrize(
    "opening",
    [
        *NEWS,
        "وأكد لافروف على استمرار دعم بلاده للحكومة العراقية.",
        "من جهته، رأى لافروف أن أعمال البناء تبدأ في الخريف وتستمر سنتين.",
        "كما نوّه الوزير إلى أن أعمال البناء تبدأ في الخريف وتستمر سنتين.",
        "وقالت رئيسة الوفد إن أعمال البناء تبدأ في الخريف وتستمر سنتين.",
        "وقال وزير النقل إن أعمال البناء تبدأ في الخريف.",
        "ارتفعت هذا العام حركة الشاحنات بين البلدين بنسبة الثلث.",
    ],
)
def test_a_sentence_that_names_its_subject_does_not_lean(opening: str) -> None:
    assert not standing.leans(opening)


def test_a_leaning_sentence_is_worth_less_unless_the_one_before_it_is_taken() -> None:
    leaning = "وأضاف أن أعمال البناء تبدأ في الخريف وتستمر سنتين كاملتين."
    upheld = select(body(NEWS[0], leaning), 2)[1]
    dangling = select(body(NEWS[0], FRAGMENTS[0], leaning), 2)[1]
    assert upheld.score - dangling.score == pytest.approx(extractive._LEANING_COST, abs=2e-4)


def test_part_of_a_quotation_is_passed_over_for_a_sentence_that_is_whole() -> None:
    quotation = [
        Candidate("وقالت رئيسة الوفد العراقي في ختام اللقاء: «جئنا لنفتح طريقاً أمام الناس.", 1, heading=False),
        Candidate("هذه الطريق ستغير حياة أهل القرى الواقعة على جانبي الحدود كلها.", 1, heading=False),
        Candidate("ومن يعرف هذه القرى يعرف كم انتظر أهلها هذا المعبر الجديد.»", 1, heading=False),
    ]
    document = [*body(NEWS[0]), *quotation, *(Candidate(text, 2, heading=False) for text in NEWS[2:5])]
    assert not {1, 2, 3} & set(positions(select(document, 4)))


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    unclosed = Candidate("وقال الوزير في ختام اللقاء الطويل: «هذا يوم كبير للبلدين.", 0, heading=False)
    document = [unclosed, *(Candidate(text, 1, heading=False) for text in NEWS[:3])]
    assert positions(select(document, 3)) == [1, 2, 3]


def test_picks_of_a_long_document_come_from_all_of_it() -> None:
    sections = [[f"{text[:-1]} في القسم {section} من التقرير." for text in NEWS] for section in range(24)]
    picks = positions(select(body(*(text for section in sections for text in section)), 6))
    assert len({position * 3 // (24 * len(NEWS)) for position in picks}) == 3


def test_the_worthiest_of_a_block_are_kept_in_document_order() -> None:
    document = body(*NEWS)
    places = list(extractive._places(document, [Standing.WHOLE] * len(NEWS), Standing.WHOLE))
    field = extractive._field(document, places, None, extractive._Themes.of(NEWS), 3)
    total = field.vectors[-1].astype(np.float64)  # a text that is about its last sentence
    kept = field.worthiest(3, total)
    assert len(kept.positions) == 3
    assert kept.positions.tolist() == sorted(kept.positions)
    assert sorted(kept.full_worth(total)) == sorted(field.full_worth(total))[-3:]
    assert np.array_equal(kept.vectors, field.vectors[kept.positions])


def test_one_endless_sentence_is_read_in_part() -> None:
    endless = " ".join(NEWS[0][:-1] for _ in range(3000)) + "."
    assert positions(select(body(endless, NEWS[1]), 2)) == [0, 1]
    assert np.array_equal(extractive._vectors([endless]), extractive._vectors([endless[: standing.CHARACTERS]]))


def test_neither_torch_nor_transformers_is_imported() -> None:
    program = (
        "import sys; from diplosum.engine import Candidate; from diplosum.engines.extractive import select\n"
        "select([Candidate('نعم', 0, False)], 1)\n"
        "print([name for name in ('torch', 'transformers', 'ctranslate2') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter, with the program above
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
