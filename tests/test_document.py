from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplosum.document import Document, boundaries, parse, render_marker

SAMPLE = Path(__file__).parent.parent / "samples" / "moscow-talks.txt"
# Letters, every kind of end mark, opener, closer, space, line break, control and bidi mark, and half of a pair.
HOSTILE = st.text(
    st.one_of(
        st.sampled_from(list("ابتدمهـو١٢٣123.!?؟۔…،؛:»«\"'()[]﴾﴿ \t\n\r\x0b\x0c\x1c\x85\u2028\u2029\u00a0-•*")),
        st.sampled_from(list("\u200f\u200e\u202e\u2066\u2069\ufeff\u200b\u200c\x00\x1b\ud800😀eX")),
        st.characters(),
    ),
    max_size=80,
)


def sentences(text: str) -> list[str]:
    document = parse(text)
    return [document.sentence(position) for position in range(len(document.sentences))]


def joined(document: Document) -> str:
    gaps = list(document.gaps())
    pieces = [gaps[0]]
    for position, gap in enumerate(gaps[1:]):
        pieces += [document.sentence(position), gap]
    return "".join(pieces)


@given(HOSTILE)
def test_sentences_and_the_gaps_between_them_join_back_to_the_text(text: str) -> None:
    assert joined(parse(text)) == text


@given(HOSTILE)
def test_nothing_but_white_space_and_invisible_marks_stands_between_sentences(text: str) -> None:
    invisible = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
    for gap in parse(text).gaps():
        assert all(character.isspace() or character in invisible for character in gap)


@given(HOSTILE)
def test_no_sentence_holds_a_line_break_or_is_blank(text: str) -> None:
    for sentence in sentences(text):
        assert sentence.strip()
        assert len(sentence.splitlines()) == 1


@given(HOSTILE)
def test_paragraphs_hold_all_sentences_in_order(text: str) -> None:
    document = parse(text)
    positions = [p for paragraph in document.paragraphs for p in range(paragraph.first, paragraph.last)]
    assert positions == list(range(len(document.sentences)))
    for number, paragraph in enumerate(document.paragraphs):
        assert {document.sentences[p].paragraph for p in range(paragraph.first, paragraph.last)} == {number}
        assert paragraph.start + paragraph.marker <= paragraph.end


def test_the_sample_has_13_sentences_in_12_lines() -> None:
    document = parse(SAMPLE.read_text("utf-8"))
    assert len(document.paragraphs) == 12
    assert len(document.sentences) == 13
    assert [paragraph.kind for paragraph in document.paragraphs] == ["heading"] + ["body"] * 11
    seventh = document.paragraphs[6]
    assert document.sentence(seventh.first + 1).startswith("ودعا نظيره الروسي")
    assert max(len(document.sentence(position).split()) for position in range(13)) == 36


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "هل وصل الوزير؟ نعم وصل أمس. قال: «سنعود غدا.» ثم غادر؛ وأكد د. خالد أن النسبة بلغت ٤٫٥٪.",
            ["هل وصل الوزير؟", "نعم وصل أمس.", "قال: «سنعود غدا.»", "ثم غادر؛ وأكد د. خالد أن النسبة بلغت ٤٫٥٪."],
        ),
        (
            "قال الوزير: «هل تعلم ذلك؟» ثم أضاف: لا! وأكد د. خالد أن النسبة بلغت ٤٫٥٪؛ وستُعقد الدورة الثامنة. "
            "وصل في الساعة 10.30 ص.م. إلى بغداد؟ نعم.",
            [
                "قال الوزير: «هل تعلم ذلك؟»",
                "ثم أضاف: لا!",
                "وأكد د. خالد أن النسبة بلغت ٤٫٥٪؛ وستُعقد الدورة الثامنة.",
                "وصل في الساعة 10.30 ص.م. إلى بغداد؟",
                "نعم.",
            ],
        ),
        ("وصل أ.د. سمير إلى بغداد. وعاد.", ["وصل أ.د. سمير إلى بغداد.", "وعاد."]),
        ("وقال د. خالد وأ.د. منى ود. علي ذلك. نعم.", ["وقال د. خالد وأ.د. منى ود. علي ذلك.", "نعم."]),
        ("انتهى... ثم عاد.", ["انتهى...", "ثم عاد."]),
        ("انتهى… ثم عاد.", ["انتهى…", "ثم عاد."]),
        ("الكلفة 90 ر.س. فقط.", ["الكلفة 90 ر.س. فقط."]),
        ("١. المقدمة. ثم", ["١. المقدمة.", "ثم"]),
        ("(3.2) المقدمة. ثم", ["(3.2) المقدمة.", "ثم"]),
        ("سنة 1445هـ. ثم عاد.", ["سنة 1445هـ.", "ثم عاد."]),
        ("سنة 1445 هـ. ثم عاد.", ["سنة 1445 هـ.", "ثم عاد."]),
        ("سنة 2019 م. ثم عاد.", ["سنة 2019 م.", "ثم عاد."]),
        ("قال م. فارس ذلك. ثم عاد.", ["قال م. فارس ذلك.", "ثم عاد."]),
        ("ص.ب. 12 بغداد. شكرا.", ["ص.ب. 12 بغداد.", "شكرا."]),
        ("وصل عام 4.5. ثم غادر.", ["وصل عام 4.5.", "ثم غادر."]),
        ("لقاء أ. ب. يوسف و J. Smith أمس. ثم", ["لقاء أ. ب. يوسف و J. Smith أمس.", "ثم"]),
        (
            "راجع https://example.org/a.b?c=d. واكتب إلى a.b@example.org. شكرا.",
            [
                "راجع https://example.org/a.b?c=d.",
                "واكتب إلى a.b@example.org.",
                "شكرا.",
            ],
        ),
        ("قال: «نعم. » ثم ذهب ؟ ! نعم", ["قال: «نعم. »", "ثم ذهب ؟ !", "نعم"]),
        ("أعلن «الاتحاد» (أمس.) ثم", ["أعلن «الاتحاد» (أمس.)", "ثم"]),
        ("بلغت 4.5 و٤٫٥ و10,5، ثم ارتفعت؛ كما قال: نعم", ["بلغت 4.5 و٤٫٥ و10,5، ثم ارتفعت؛ كما قال: نعم"]),
        ("واحد\r\nاثنان\u2028ثلاثة", ["واحد", "اثنان", "ثلاثة"]),
        ("* * *\n\nنعم", ["* * *", "نعم"]),
        (" \n\u200f\n ", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_headings_items_and_body_are_told_apart() -> None:
    text = "قمة في عمان\n\nوصل الوفد أمس.\nجدول الأعمال\n- بند أول\n١. بند ثان.\nأ) بند ثالث\nكلمة أخيرة بلا نقطة"
    document = parse(text)
    kinds = [paragraph.kind for paragraph in document.paragraphs]
    assert kinds == ["heading", "body", "heading", "item", "item", "item", "body"]
    assert [document.marker(p) for p in range(len(document.sentences))] == ["", "", "", "- ", "١. ", "أ) ", ""]


def test_a_lone_line_and_a_line_of_signs_are_no_headings() -> None:
    assert parse("وصل الوفد").paragraphs[0].kind == "body"
    assert parse("***\nوصل الوفد.").paragraphs[0].kind == "body"


def test_a_marker_is_written_with_western_digits() -> None:
    assert [render_marker(marker) for marker in ("١٢. ", "- ", "أ) ")] == ["12. ", "- ", "أ) "]


def test_every_boundary_says_why() -> None:
    found = [(b.offset, b.ends, b.reason) for b in boundaries("قال د. علي نعم. ثم عاد.")]
    assert found == [(6, False, "«د.» is an initial or abbreviation"), (15, True, "ends with .")]


def test_lines_of_a_hundred_thousand_characters_take_no_square_time() -> None:
    for unit in ("a. ", ".", "د. ", ". ", " ", "» ", "١. ", "\u200f", "أ.", "؟ "):
        document = parse(unit * (100_000 // len(unit)))
        assert joined(document) == document.text
