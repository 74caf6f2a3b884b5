from dataclasses import replace
from pathlib import Path

from echo import Told, run, spec, summary, translation

from diplosum import arabic
from diplosum.document import parse
from diplosum.result import Result

SAMPLE = (Path(__file__).parents[1] / "samples" / "moscow-talks.txt").read_text("utf-8")
TALKS = [
    "Al-Jaafari and Lavrov discuss strengthening relations and cooperation in all fields in Moscow",
    "Iraqi Foreign Minister Ibrahim al-Jaafari discussed with his Russian counterpart Sergei Lavrov in the capital"
    " Moscow bilateral relations between Baghdad and Moscow, and ways to deepen joint cooperation in all fields.",
    "Jafari arrived in Moscow yesterday, Monday, to head Iraq's delegation to the meetings of the seventh session of"
    " the joint committee, to strengthen bilateral relations between the two countries and open new horizons for"
    " joint cooperation.",
    "Al-Ja'fari noted that Iraqi-Russian relations have seen a marked development in the past period and brought"
    " achievements for the interests of the two countries.",
]


def told(answers: dict[str, str], text: str) -> Result:
    engine = Told(answers={arabic.for_model(source, arabic.Rules()).text: [made] for source, made in answers.items()})
    return run(text, translation(check=True, spec=spec(max_source_tokens=99)), engine=engine)


def texts(result: Result) -> list[str]:
    return [output.answer.text for output in result.stages[0].outputs]


def test_a_name_has_one_spelling_from_the_start_of_the_article_to_its_end() -> None:
    document = parse(SAMPLE)
    sentences = [document.sentence(position) for position in range(len(TALKS))]
    result = told(dict(zip(sentences, TALKS, strict=True)), "\n".join(sentences))
    written = texts(result)
    assert all("al-jaafari" in text.casefold() for text in written)
    assert not any(other in " ".join(written) for other in ("Jafari", "Ja'fari"))
    notes = [finding for output in result.stages[0].outputs for finding in output.findings if finding.kind == "name"]
    assert {finding.severity for finding in notes} == {"note"}
    renamed = [
        output.answer.text[start:end]
        for output in result.stages[0].outputs
        for finding in output.findings
        if finding.kind == "name"
        for start, end in finding.output
    ]
    assert {name.casefold() for name in renamed} == {"al-jaafari"}


def test_names_are_kept_from_one_part_of_a_long_document_to_the_next() -> None:
    arrived = [f"وصل الجعفري إلى بغداد في اليوم {number}." for number in range(1, 61)]
    spellings = ("al-Jaafari", "Jafari", "al-Ja'fari")
    answers = {
        source: f"Mr {spellings[number % 3]} arrived in Baghdad on day {number}."
        for number, source in enumerate(arrived, 1)
    }
    first, *rest = texts(told(answers, "\n".join(arrived)))
    assert first.split()[1] == "Jafari"
    assert {text.split()[1] for text in rest} == {"Jafari"}


def test_without_checks_names_stand_as_the_model_spells_them() -> None:
    engine = Told(answers={"وصل الجعفري.": ["Al-Jaafari arrived."], "عاد الجعفري.": ["Jafari returned."]})
    result = run("وصل الجعفري.\nعاد الجعفري.", translation(), engine=engine)
    assert texts(result) == ["Al-Jaafari arrived.", "Jafari returned."]


def test_spans_count_from_the_start_of_a_list_item() -> None:
    result = told(
        {"خصصت الحكومة 45 مليون دولار.": "The government allocated 54 million dollars."},
        "١٢. خصصت الحكومة 45 مليون دولار.",
    )
    (output,) = result.stages[0].outputs
    (finding,) = (one for one in output.findings if one.severity == "fail")
    ((start, end),), ((from_, to),) = finding.source, finding.output
    assert "١٢. خصصت الحكومة 45 مليون دولار."[start:end] == "45 مليون"
    assert output.answer.text[from_:to] == "54 million"


def test_the_translation_of_a_summary_is_compared_with_the_summary() -> None:
    article = "خصصت الحكومة العراقية 45 مليون دولار للمشروع. ورحب الوزير بالقرار."
    short = "خصصت الحكومة 45 مليون دولار"
    engine = Told(answers={article: [short], short: ["The government allocated 54 million dollars"]})
    summarizer = spec(task="summarize", target="ar", max_source_tokens=99)
    steps = replace(summary(1), spec=summarizer, check=True), translation(reads="summary", check=True)
    (written,), (translated,) = (stage.outputs for stage in run(article, *steps, engine=engine).stages)
    assert (written.answer.text, written.sources, written.findings) == (short, (0,), ())
    (finding,) = (one for one in translated.findings if one.severity == "fail")
    ((start, end),) = finding.source
    assert short[start:end] == "45 مليون"
    assert translated.sources == (0,)
