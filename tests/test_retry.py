from collections.abc import Sequence

import pytest
from echo import DECODING, Told
from hypothesis import given
from hypothesis import strategies as st

from diplosum.answer import Answerer, Judged, Request, Second
from diplosum.engine import Decoding, Generation
from diplosum.finding import Finding
from diplosum.retry import Halves, Try, hypotheses, otherwise

SOURCE = "وصل الوفد إلى بغداد أمس"
MARKS = str.maketrans("،؛", "  ")
LONG = "وصل الوفد إلى بغداد، وغادر الوزير مدينة عمان"


def judge(pairs: Sequence[tuple[str, str]]) -> list[tuple[Finding, ...]]:
    """Find what an output says of itself: «wrong» fails, «doubt» warns, «term» misses a term."""
    severities = {
        "wrong": ("number", "fail"),
        "doubt": ("name", "warn"),
        "term": ("term", "warn"),
        "so": ("name", "note"),
    }
    return [
        tuple(Finding(*severities[word], f"it says {word}") for word in output.split() if word in severities)  # type: ignore[arg-type]  # kinds and severities, as typed above
        for _, output in pairs
    ]


def answer(engine: Told, *texts: str, second: Told | None = None) -> list[Judged]:
    def opened() -> Second:
        assert second is not None
        return Second("other", Answerer(second, 12, 16, lambda *_: None), DECODING)

    request = Request(texts, texts, Decoding(4, 100, 2.0, 5, hypotheses=4), judge, opened if second else None)
    return Answerer(engine, 12, 16, lambda *_: None).answer(request)


def said(judged: Judged) -> tuple[str, list[str]]:
    return judged.answer.text, [f"{mark.kind}: {mark.message}" for mark in judged.answer.marks]


def test_an_answer_that_nothing_is_wrong_with_is_kept_and_nothing_else_is_asked() -> None:
    engine = Told(answers={SOURCE: ["it arrived with doubt", "it arrived"]})
    (judged,) = answer(engine, SOURCE)
    assert said(judged) == ("it arrived with doubt", [])
    assert [finding.kind for finding in judged.findings] == ["name"]
    assert engine.seen == [[SOURCE]]


def test_where_an_answer_fails_another_hypothesis_of_the_same_search_is_taken() -> None:
    engine = Told(answers={SOURCE: ["wrong", "doubt", "it arrived", "it came"]})
    (judged,) = answer(engine, SOURCE)
    assert said(judged) == ("it arrived", ["regenerated: it says wrong; this is another hypothesis"])
    assert judged.findings == ()
    assert engine.seen == [[SOURCE]]


def test_where_all_of_them_fail_more_are_searched_for() -> None:
    engine = Told(answers={SOURCE: ["wrong", "wrong too"]}, again={SOURCE: ["wrong again", "doubt"]})
    (judged,) = answer(engine, SOURCE)
    assert said(judged) == ("doubt", ["regenerated: it says wrong; this is the best found with 8 beams"])


def test_then_the_sentence_is_cut_in_two() -> None:
    first, second = "وصل الوفد إلى بغداد", "وغادر الوزير مدينة عمان"
    engine = Told(answers={LONG: ["wrong"], first: ["It arrived."], second: ["and he left."]})
    (judged,) = answer(engine, LONG)
    assert said(judged) == (
        "It arrived, and he left.",
        ["regenerated: it says wrong; this is the sentence read in two parts"],
    )


def test_then_another_model_is_asked_if_the_user_allows() -> None:
    engine, other = Told(answers={SOURCE: ["wrong"]}), Told(answers={SOURCE: ["it arrived"]})
    assert said(answer(engine, SOURCE)[0]) == ("wrong", ["retried: asked again, and nothing better came"])
    (judged,) = answer(engine, SOURCE, second=other)
    assert said(judged) == ("it arrived", ["regenerated: it says wrong; this is the answer of other"])


def test_all_failing_sentences_are_asked_together_and_the_second_model_waits_for_the_first_failure() -> None:
    texts = [f"{SOURCE} {number}" for number in range(3)]
    engine = Told(answers={text: ["wrong"] for text in texts[:2]})
    other = Told(answers={texts[0]: ["it arrived"]})
    judged = answer(engine, *texts, second=other)
    assert [one.answer.text for one in judged] == ["it arrived", f"<{texts[1]}>", f"<{texts[2]}>"]
    assert engine.seen == [texts, texts[:2]]
    assert other.seen == [texts[:2]]
    untouched = Told()
    answer(Told(), SOURCE, second=untouched)
    assert untouched.seen == []


def test_the_best_is_what_has_the_fewest_fails_then_warnings_then_notes_then_the_highest_score() -> None:
    engine = Told(answers={SOURCE: ["wrong doubt", "wrong so so", "wrong so", "wrong so indeed"]})
    (judged,) = answer(engine, SOURCE)
    assert judged.answer.text == "wrong so"


def test_a_missing_term_is_looked_for_but_the_sentence_is_not_cut_for_it() -> None:
    engine = Told(answers={LONG: ["term", "minister"]})
    assert said(answer(engine, LONG)[0]) == ("minister", ["regenerated: it says term; this is another hypothesis"])
    engine = Told(answers={LONG: ["term", "wrong"]}, again={LONG: ["term too"]})
    assert said(answer(engine, LONG)[0]) == ("term", [])
    assert engine.seen == [[LONG], [LONG]]


def test_a_model_that_writes_nothing_is_asked_otherwise_and_marked() -> None:
    engine = Told(answers={SOURCE: [""]}, again={SOURCE: ["it arrived"]})
    message = "regenerated: the model wrote nothing; this is an answer without beam search"
    assert said(answer(engine, SOURCE)[0]) == ("it arrived", [message])
    (judged,) = answer(Told(answers={SOURCE: [""]}), SOURCE)
    assert said(judged) == ("", ["empty: the model wrote nothing, however it was asked"])
    assert judged.answer.missing


def test_findings_of_a_sentence_read_in_parts_are_those_of_the_whole() -> None:
    long = "كلمة " * 20
    engine = Told()
    request = Request([long], ["الأصل"], DECODING, lambda pairs: [tuple(_heard(*pair)) for pair in pairs])
    (judged,) = Answerer(engine, 12, 16, lambda *_: None).answer(request)
    assert [mark.kind for mark in judged.answer.marks] == ["cut"]
    assert [finding.message for finding in judged.findings] == [f"الأصل -> {judged.answer.text}"]


def _heard(source: str, output: str) -> list[Finding]:
    return [Finding("meaning", "note", f"{source} -> {output}")]


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        (Try("", None, truncated=False), (1, 1.0, 4)),
        (Try("on", -1.0, truncated=True), (4, 1.3, 4)),
        (Try("on", -1.0, False, (Finding("loop", "fail", ""),)), (4, 1.3, 4)),  # noqa: FBT003 - truncated
        (Try("on", -1.0, False, (Finding("number", "fail", ""),)), (8, 1.0, 8)),  # noqa: FBT003 - as above
    ],
)
def test_how_a_model_is_asked_again_depends_on_what_was_wrong(tried: Try, expected: tuple[int, float, int]) -> None:
    decoding, _ = otherwise(Decoding(4, 100, 2.0, 5, hypotheses=4), tried)
    assert (decoding.beams, decoding.repetition_penalty, decoding.hypotheses) == expected


def test_more_beams_than_64_are_never_asked_for() -> None:
    wrong = Try("on", -1.0, truncated=False, findings=(Finding("number", "fail", ""),))
    assert otherwise(Decoding(48, 100, 2.0, 5), wrong)[0].beams == 64


def test_the_same_text_is_one_hypothesis() -> None:
    one = Generation("a", -1.0, 3, 1, truncated=False)
    two = Generation("b", -2.0, 3, 1, truncated=False, others=(one,))
    assert [tried.text for tried in hypotheses(Generation("a", -0.5, 3, 1, truncated=False, others=(two, one)))] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أ ب ج د، ه و ز ح؛ ط ي ك ل م", ("أ ب ج د، ه و ز ح", "ط ي ك ل م", ";")),
        ("أ ب ج د، ه و ز ح، ط ي ك ل م", ("أ ب ج د", "ه و ز ح، ط ي ك ل م", ",")),
        ("أ ب ج، د ه و ز ح", None),
        ("أ ب ج د ه و ز ح", None),
    ],
)
def test_a_sentence_is_cut_at_a_semicolon_or_a_comma_near_its_middle(
    text: str, expected: tuple[str, str, str] | None
) -> None:
    halves = Halves.of(text)
    assert (halves and (halves.first, halves.second, halves.joint)) == expected


@given(st.text("أبج ،؛", max_size=80))
def test_halves_have_every_word_of_the_whole(text: str) -> None:
    if halves := Halves.of(text):
        assert f"{halves.first} {halves.second}".translate(MARKS).split() == text.translate(MARKS).split()
