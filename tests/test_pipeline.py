from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from echo import Echo, run, spec, summary, translation
from hypothesis import given
from hypothesis import strategies as st

from diplosum import __version__, pipeline
from diplosum.arabic import Rules
from diplosum.document import parse
from diplosum.engine import Decoding, Generation
from diplosum.models import Models
from diplosum.result import Result, Stage, remember
from diplosum.step import Length


def texts(result: Result, stage: int = -1) -> list[str]:
    return [output.answer.text for output in result.stages[stage].outputs]


def marks(result: Result) -> list[list[str]]:
    return [[mark.kind for mark in output.answer.marks] for output in result.stages[-1].outputs]


SENTENCE = st.lists(st.text("ابتثجحخ", min_size=1, max_size=5), min_size=1, max_size=30).map(" ".join)


@given(st.lists(SENTENCE, min_size=1, max_size=12))
def test_every_sentence_has_one_answer_in_its_place_with_all_its_words(sentences: list[str]) -> None:
    text = "".join(f"{sentence}؟ " for sentence in sentences)
    result = run(text, translation(batch_size=3))
    assert [output.sources for output in result.stages[0].outputs] == [(n,) for n in range(len(sentences))]
    for sentence, answer in zip(sentences, texts(result), strict=True):
        assert answer.replace("> <", " ").strip("<>") == f"{sentence}؟"


def test_no_text_reaches_the_engine_that_is_longer_than_it_reads() -> None:
    engine = Echo()
    result = run("كلمة " * 100 + ". وصل الوزير.", translation(), engine=engine)
    assert all(len(text.split()) < 12 for batch in engine.seen for text in batch)
    assert marks(result) == [["cut"], []]


def test_the_same_sentence_is_generated_once() -> None:
    engine = Echo()
    result = run("نعم يا سيدي. لا. نعم يا سيدي.", translation(), engine=engine)
    assert sorted(text for batch in engine.seen for text in batch) == ["لا.", "نعم يا سيدي."]
    assert texts(result) == ["<نعم يا سيدي.>", "<لا.>", "<نعم يا سيدي.>"]


def test_the_model_reads_a_tidied_copy() -> None:
    assert texts(run("العراقـيّة  ، نعم.", translation())) == ["<العراقية، نعم.>"]
    raw = translation(spec=spec(rules=Rules(*[False] * 6)))
    assert texts(run("العراقـيّة  ، نعم.", raw)) == ["<العراقـيّة  ، نعم.>"]


def test_list_markers_stay_outside_the_model() -> None:
    assert texts(run("١٢. بند أول.\n- بند ثان.", translation())) == ["12. <بند أول.>", "- <بند ثان.>"]


def test_a_sentence_without_arabic_letters_is_kept_as_it_is() -> None:
    result = run("UN Resolution 242.\nنعم.\n* * *", translation())
    assert texts(result) == ["UN Resolution 242.", "<نعم.>", "* * *"]
    assert marks(result) == [["kept"], [], ["kept"]]


@pytest.mark.parametrize(
    ("text", "written", "kind"),
    [
        ("كلام صامت.", "<كلام صامت.>", "regenerated"),
        ("كلام طويل.", "<كلام طويل.>", "regenerated"),
        ("كلام أبكم.", "", "empty"),
        ("كلمة" * 3 + " " + "حرف " * 30, None, "cut"),
    ],
)
def test_what_goes_wrong_is_tried_again_and_marked(text: str, written: str | None, kind: str) -> None:
    result = run(text, translation())
    assert marks(result) == [[kind]]
    assert written is None or texts(result) == [written]
    assert result.missing == (kind == "empty")


def test_a_word_longer_than_the_model_reads_is_marked_not_truncated() -> None:
    class Letters(Echo):
        def count(self, texts: Sequence[str]) -> list[int]:
            return [len(text) + 1 for text in texts]

    engine = Letters()
    result = run("نعم. " + "ا" * 100 + ".", translation(), engine=engine)
    assert texts(result) == ["<نعم.>", ""]
    assert marks(result) == [[], ["too long"]]
    assert result.missing == 1
    assert engine.seen == [["نعم."]]


def test_an_abstractive_summary_reads_every_sentence_and_has_as_many_as_wanted() -> None:
    text = " ".join(f"جملة رقم {number}؟" for number in range(6))
    engine = Echo()
    result = run(text, summary(3), engine=engine)
    (stage,) = result.stages
    assert [output.sources for output in stage.outputs] == [(0, 1), (2, 3), (4, 5)]
    assert stage.rounds == 1
    assert all(f"رقم {number}؟" in " ".join(engine.seen[0]) for number in range(6))


def test_summaries_that_are_too_many_are_summarized_again() -> None:
    class Short(Echo):
        def answer(self, text: str, decoding: Decoding) -> Generation:
            return replace(super().answer(text, decoding), text="خلاصة " + text.split(maxsplit=1)[0])

    text = " ".join(f"جملة{number} من سبع كلمات هنا الآن تماما؟" for number in range(12))
    (stage,) = run(text, summary(2), engine=Short()).stages
    assert stage.rounds == 3
    assert len(stage.outputs) == 2
    assert sorted(source for output in stage.outputs for source in output.sources) == list(range(12))


def test_a_summary_is_translated_with_the_document_in_one_opened_model() -> None:
    engine = Echo()
    text = "وصل الوفد أمس. عاد الوفد اليوم."
    result = run(text, summary(1), translation(reads="summary"), translation(), engine=engine)
    assert engine.opened == [Path("summaries"), Path("weights")]
    assert engine.closed == 2
    assert texts(result, 1) == ["<<وصل الوفد أمس. عاد الوفد اليوم.>>"]
    assert texts(result, 2) == ["<وصل الوفد أمس.>", "<عاد الوفد اليوم.>"]


def test_a_checkpoint_that_is_described_in_two_ways_is_opened_for_each() -> None:
    engine = Echo()
    steps = (summary(1), translation(reads="summary", folder=Path("summaries")))
    run("وصل الوفد أمس. عاد الوفد اليوم.", *steps, engine=engine)
    assert (engine.opened, engine.closed) == ([Path("summaries"), Path("summaries")], 2)


def test_a_model_stays_open_from_one_document_to_the_next() -> None:
    engine = Echo()
    with Models(open_engine=engine.open) as models:
        for text in ("نعم.", "لا."):
            pipeline.run(parse(text), [translation()], models)
    assert (len(engine.opened), engine.closed) == (1, 1)


def test_the_length_of_a_summary_is_a_number_or_a_share() -> None:
    assert [Length(3).of(20), Length(ratio=0.1).of(20), Length(ratio=0.001).of(20)] == [3, 2, 1]
    text = "عنوان\n" + "وصل الوفد. " * 10
    step = replace(summary(), spec=spec(task="summarize", max_source_tokens=99), length=Length(ratio=0.2))
    (stage,) = run(text, step).stages
    assert len(stage.outputs) == 2


def test_the_signature_names_everything_that_made_the_result() -> None:
    signature = run("نعم.", translation(beams=2)).signature
    made = (
        f"task:translate|reads:document|model:echo|revision:{'a' * 40}|licence:Apache-2.0|engine:hf|device:cpu|beams:2"
    )
    assert signature == f"{made}|checks:off|version:{__version__}"


def test_progress_counts_sentences_up_to_all_of_them() -> None:
    seen: list[tuple[int, int, int]] = []
    with Models(open_engine=Echo().open, progress=lambda *step: seen.append(step)) as models:
        pipeline.run(parse("نعم. لا. ربما."), [translation(batch_size=2)], models)
    assert list(dict.fromkeys(seen)) == [(0, 3, 0), (2, 3, 2), (3, 3, 3)]


def test_a_long_document_is_answered_in_parts_and_order() -> None:
    seen: list[tuple[int, int, int]] = []
    text = "\n".join(f"جملة رقم {n}" for n in range(1000))
    with Models(open_engine=Echo().open, progress=lambda *step: seen.append(step)) as models:
        result = pipeline.run(parse(text), [translation()], models)
        assert models.answerer is not None
    assert texts(result) == [f"<جملة رقم {n}>" for n in range(1000)]
    assert (seen[0], seen[-1]) == ((0, 1000, 0), (1000, 1000, 3000))
    assert seen == sorted(seen)


def test_what_is_finished_comes_before_the_rest_is_generated() -> None:
    engine = Echo()
    with Models(open_engine=engine.open) as models:
        plan = pipeline.planned(parse("\n".join(f"جملة رقم {n}" for n in range(100))), [translation()])
        sizes = [(len(piece.outputs), sum(map(len, engine.seen))) for piece in pipeline.stream(plan, models)]
    assert sizes == [(16, 16), (32, 48), (52, 100)]


def test_a_summary_and_a_translation_come_in_pieces_that_make_the_whole_result() -> None:
    steps = (summary(2), translation(reads="summary"), translation())
    text = "وصل الوفد أمس. كلام أبكم. " * 30
    whole = run(text, *steps)
    with Models(open_engine=Echo().open) as models:
        plan = pipeline.planned(parse(text), steps)
        seen: list[Stage] = []
        made = plan.made(remember(pipeline.stream(plan, models), seen))
    assert [stage.outputs for stage in made.stages] == [stage.outputs for stage in whole.stages]
    noted = plan.made(seen)
    assert (noted.signature, noted.missing) == (whole.signature, whole.missing) == (made.signature, 30)
    marked = [[output for output in stage.outputs if output.answer.missing] for stage in whole.stages]
    assert [list(stage.outputs) for stage in noted.stages] == marked
