from dataclasses import replace
from pathlib import Path

import pytest
from echo import Told, run, spec, summary

from diplosum.document import parse
from diplosum.result import Result
from diplosum.support import support

SAMPLE = parse((Path(__file__).parents[1] / "samples" / "moscow-talks.txt").read_text("utf-8"))
READ = [SAMPLE.sentence(position) for position in range(len(SAMPLE.sentences))]


def kinds(sentence: str) -> list[tuple[str, str]]:
    return [(finding.kind, finding.severity) for finding in support(sentence, READ).findings]


@pytest.mark.parametrize(
    ("sentence", "position"),
    [
        ("وصل الجعفري إلى العاصمة الروسية يوم الإثنين على رأس وفد بلاده", 2),
        ("شكر وزير الخارجية روسيا على تدريب تسعين دبلوماسياً", 5),
        ("The minister thanked Russia for training 90 diplomats.", 5),
        ("أعلن لافروف أنه سيزور العراق قريبا", 12),
    ],
)
def test_a_sentence_is_linked_to_what_it_was_made_of(sentence: str, position: int) -> None:
    found = support(sentence, READ)
    assert position in found.positions
    assert list(found.positions) == sorted(found.positions)
    assert len(found.positions) <= 4
    assert found.findings == ()


def test_a_number_that_nobody_said_fails_and_is_pointed_to() -> None:
    sentence = "شكر وزير الخارجية روسيا على تدريب 95 دبلوماسيا"
    (finding,) = support(sentence, READ).findings
    assert (finding.kind, finding.severity) == ("number", "fail")
    assert [sentence[start:end] for start, end in finding.output] == ["95"]
    assert kinds("The minister thanked Russia for training 95 diplomats.") == [("number", "fail")]


def test_a_sentence_about_something_else_is_found() -> None:
    assert ("meaning", "fail") in kinds("أضف البيض والسكر إلى الطحين واخلط المقادير جيدا")


TEXT = "وصل الوفد العراقي إلى موسكو أمس وضم 14 عضوا. وناقش الوفد مع الجانب الروسي ملف الطاقة والاستثمار."


def summarized(written: str, **changes: object) -> Result:
    step = summary(1)
    engine = Told(answers={TEXT: [written]})
    model = spec(task="summarize", max_source_tokens=99, target="ar")
    return run(TEXT, replace(step, spec=model, check=True, **changes), engine=engine)


def test_a_written_summary_stands_on_its_sentences() -> None:
    (output,) = summarized("ضم الوفد العراقي الذي وصل موسكو 14 عضوا").stages[0].outputs
    assert (output.sources, output.findings, output.answer.marks) == ((0,), (), ())


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ضم الوفد العراقي الذي وصل موسكو 15 عضوا", "«15» is nowhere in what was read"),
        ("وصل وصل وصل وصل وصل الوفد", "says «وصل» 5 times"),
        ("", "the model wrote nothing, however it was asked"),
    ],
)
def test_a_written_sentence_that_fails_gives_way_to_one_of_the_text(written: str, why: str) -> None:
    result = summarized(written)
    (output,) = result.stages[0].outputs
    assert output.answer.text == "وصل الوفد العراقي إلى موسكو أمس وضم 14 عضوا."
    assert [(mark.kind, mark.message) for mark in output.answer.marks] == [
        ("extracted", f"{why}; this is a sentence of the text instead")
    ]
    assert (output.sources, output.findings) == ((0,), ())
    assert (result.failed, result.missing) == (0, 0)


def test_a_summary_in_english_keeps_what_fails_and_says_so() -> None:
    result = summarized("The Iraqi delegation in Moscow had 15 members.")
    assert result.failed == 0  # its model writes Arabic: the sentence gave way
    english = spec(task="summarize", max_source_tokens=99, target="en")
    engine = Told(answers={TEXT: ["The Iraqi delegation in Moscow had 15 members."]})
    result = run(TEXT, replace(summary(1), spec=english, check=True), engine=engine)
    (output,) = result.stages[0].outputs
    assert [finding.kind for finding in output.findings] == ["number"]
    assert result.failed == 1


def test_without_checks_a_summary_stands_on_all_that_was_read() -> None:
    model = spec(task="summarize", max_source_tokens=99)
    (output,) = run(TEXT, replace(summary(1), spec=model), engine=Told(answers={TEXT: ["خلاصة 15"]})).stages[0].outputs
    assert (output.sources, output.findings) == ((0, 1), ())


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("وصل الجعفري إلى طهران لبحث العلاقات الثنائية", "طهران"),
        ("Al-Jaafari arrived in Tehran to discuss bilateral relations", "Tehran"),
    ],
)
def test_a_place_that_nobody_named_is_found(sentence: str, name: str) -> None:
    (finding,) = support(sentence, READ).findings
    assert (finding.kind, finding.severity) == ("name", "warn")
    assert [sentence[start:end] for start, end in finding.output] == [name]


def test_a_name_links_a_sentence_to_whoever_said_it() -> None:
    assert 10 in support("زار لافروف الكويت", READ).positions
