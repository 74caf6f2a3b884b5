"""Sets, scores and ``diplosum eval``; the floors that the embedded summarizer must not fall below."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from checkpoints import PAIRS
from rouge_score.rouge_scorer import RougeScorer
from typer.testing import CliRunner, Result

from diplosum import evaluation, scoring, trial
from diplosum.catalog import ModelSpec
from diplosum.cli import app
from diplosum.document import parse
from diplosum.errors import InputError
from diplosum.evaluation import Article
from diplosum.scoreboard import published
from diplosum.step import Length

HERE = Path(__file__).parent
OWN = HERE / "data" / "articles.jsonl"
TEXT = """\
وقّع الوزيران اتفاقاً لبناء جسر طوله 300 متر بين المدينتين.
وأضاف أن الأعمال تبدأ في الخريف.
وتبلغ الكلفة 12 مليون دولار يدفع كل بلد نصفها.\
"""


def diplosum(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def marian(checkpoint: Callable[[str], ModelSpec]) -> Path:
    folder = checkpoint("marian").path
    assert folder is not None
    return folder


def article(*references: str, text: str = TEXT) -> Article:
    return Article("one", text, references)


def table(path: Path, count: int = 6) -> Path:
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in PAIRS[:count]), "utf-8")
    return path


# Reading sets


def test_a_table_and_two_files_are_the_same_set(tmp_path: Path) -> None:
    tsv = table(tmp_path / "set.tsv")
    left, right = tmp_path / "set.ar", tmp_path / "set.en"
    left.write_text("".join(f"{pair.source}\r\n" for pair in PAIRS[:6]), "utf-8")
    right.write_text("\n".join(pair.target for pair in PAIRS[:6]), "utf-8")
    assert evaluation.pairs(str(tsv), None, None) == evaluation.pairs(None, str(left), str(right))


@pytest.mark.parametrize("text", ["", "واحد\n", "واحد\tone\n\ttwo\n"])
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "set.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError):
        evaluation.pairs(str(path), None, None)


def test_an_output_with_another_number_of_lines_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "system.en"
    path.write_text("one\ntwo\n", "utf-8")
    with pytest.raises(InputError, match="2 lines, and the set has 3"):
        evaluation.lines(str(path), 3)


@pytest.mark.parametrize(
    "line", ["[]", "{}", '{"text": "نص", "summaries": []}', '{"text": "نص.", "summaries": [[7]]}', "nothing"]
)
def test_a_line_that_is_no_article_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"text": "نص.", "summaries": ["نص."]}\n' + line + "\n", "utf-8")
    with pytest.raises(InputError, match="line 2"):
        evaluation.articles(str(path))


def test_a_reference_may_be_a_list_of_positions(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"title": "جسر", "text": TEXT, "summaries": [[0, 2], "ملخص"]}), "utf-8")
    (read,) = evaluation.articles(str(path)).articles
    first, _, third = TEXT.splitlines()
    assert read.references == (f"{first}\n{third}", "ملخص")
    assert read.text == f"جسر\n{TEXT}"


def test_our_own_articles_keep_their_promises() -> None:
    articles = evaluation.articles(str(OWN)).articles
    assert len(articles) >= 40
    for one in articles:
        document = parse(one.text)
        assert document.kind(0) == "heading"
        assert 8 <= len(document.sentences) - 1 <= 30
        assert len(one.references) == 2
        assert all(len(reference.splitlines()) == 3 for reference in one.references)


# Scores


def test_arabic_counts_for_rouge_with_our_tokenizer_and_not_with_the_default_one() -> None:
    ours = RougeScorer(["rouge1"], tokenizer=scoring.Words()).score(TEXT, TEXT)["rouge1"].fmeasure
    assert ours == 1.0
    assert RougeScorer(["rouge1"]).score("نص عربي", "نص عربي")["rouge1"].fmeasure == 0.0
    assert scoring.Words.tokenize("وقّع أحمدُ ٣ اتفاقاتٍ") == ["وقع", "احمد", "3", "اتفاقات"]


def test_words_of_a_long_text_are_all_counted() -> None:
    assert len(scoring.Words.tokenize("كلمة " * 5000)) == 5000


def test_a_perfect_summary_scores_100_and_an_alien_one_0() -> None:
    summary = TEXT.splitlines()[:1]
    perfect, alien = scoring.summaries({"perfect": [[summary]], "alien": [[["xyz"]]]}, [article(summary[0])])
    assert {name: round(score.value, 6) for name, score in perfect.scores.items()} == {
        "ROUGE-1": 100,
        "ROUGE-2": 100,
        "ROUGE-L": 100,
        "chrF2": 100,
    }
    assert {score.value for score in alien.scores.values()} == {0}


def test_what_needs_no_reference_is_counted() -> None:
    first, second, third = TEXT.splitlines()
    counts = scoring.form([first, "والجسر أكبر جسور نيلوفر ويكلف 99 مليوناً."], article())
    assert (counts["copied"], counts["dangling"], counts["new numbers"]) == (50, 0, 1)
    assert 0 < counts["new words"] < 100
    assert scoring.form([first, second], article())["dangling"] == 0
    assert scoring.form([first, third], article())["dangling"] == 0
    assert scoring.form([second, third], article())["dangling"] == 50


def test_editors_are_scored_against_each_other() -> None:
    first, _, third = TEXT.splitlines()
    scored = scoring.summaries({"lead": [[[first]]]}, [article(first, third)])
    assert [one.system for one in scored] == ["lead", "another editor"]
    assert scored[0].scores["ROUGE-1"].value > scored[1].scores["ROUGE-1"].value


def test_an_interval_holds_the_mean_and_equal_systems_do_not_differ() -> None:
    values = [1.0, 5.0, 9.0, 2.0, 7.0]
    score = scoring.mean(values, values)
    assert score.low < score.value < score.high
    assert score.p == 1
    better = scoring.mean([value + 3 for value in values], values)
    assert better.p is not None
    assert better.p < 0.05


def test_translations_are_scored_with_entities_undone_and_compared() -> None:
    references = [pair.target for pair in PAIRS]
    good, bad = scoring.translations(
        {"good": [line.replace("'", "&#39;") for line in references], "bad": ["nothing at all"] * len(references)},
        references,
    )
    assert good.scores["BLEU"].value == pytest.approx(100)
    assert good.scores["TER"].value == 0
    assert bad.scores["BLEU"].p is not None
    assert bad.scores["BLEU"].p < 0.05
    assert {"BLEU", "chrF2", "chrF++", "TER"} == set(good.signatures)
    assert "tok:13a" in good.signatures["BLEU"]


def test_loops_and_gaps_are_findings() -> None:
    found = scoring.findings(["أ", "ب"], ["", "so so so so so"])
    assert found["fails/100"] >= 100
    assert list(found) == ["fails/100", "warns/100", "notes/100"]


# What models make


def test_baselines_take_sentences_of_the_body() -> None:
    one = article("ملخص", text=f"عنوان المقال\n{TEXT}")
    lead, drawn = trial.baselines([one], Length(2))
    assert lead.runs == ((TEXT.splitlines()[:2],),)
    assert len(drawn.runs) > 1
    assert all(set(run[0]) <= set(TEXT.splitlines()) for run in drawn.runs)


def test_a_ledger_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ledger = trial.Ledger(tmp_path / "new" / "kept.jsonl", "set")
    one, two = (trial.Answered(number, ("نص",), 3, 0.5, "signature") for number in (0, 1))
    ledger.mend()
    ledger.add("model", [one])
    ledger.add("other", [two])
    with (tmp_path / "new" / "kept.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"set": "set", "posi')
    ledger.mend()
    ledger.add("model", [two])
    assert ledger.read("model") == {0: one, 1: two}
    with pytest.raises(InputError, match="another set"):
        trial.Ledger(ledger.path, "another").read("model")


# The command


def test_a_set_is_translated_once_and_scored_each_time(tmp_path: Path, marian: Path) -> None:
    kept, tsv = tmp_path / "kept.jsonl", table(tmp_path / "set.tsv")
    options = ("eval", "translate", tsv, "--model", marian, "--output", kept)
    done = diplosum(*options, "--limit", 2)
    assert done.exit_code == 0
    assert len(kept.read_text("utf-8").splitlines()) == 2
    document = json.loads(diplosum(*options).stdout)
    lines = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    assert [line["position"] for line in lines] == list(range(6))
    assert [" ".join(line["sentences"]) for line in lines] == [pair.target for pair in PAIRS[:6]]
    (system,) = document["systems"]
    assert system["name"] == marian.name
    assert system["scores"]["BLEU"]["value"] == pytest.approx(100)
    assert system["counts"]["words/s"] > 0
    before = kept.read_bytes()
    assert json.loads(diplosum(*options).stdout) == document
    assert kept.read_bytes() == before


def test_an_output_of_another_system_stands_beside(tmp_path: Path) -> None:
    tsv, system = table(tmp_path / "set.tsv"), tmp_path / "system.en"
    system.write_text("".join(f"{pair.target}\n" for pair in PAIRS[:6]), "utf-8")
    done = diplosum("eval", "translate", tsv, "--hypothesis", system, "--format", "rich")
    assert done.exit_code == 0
    assert "BLEU: nrefs:1|bs:1000|seed:12345" in done.stdout


def test_published_scores_are_recognised_by_the_references() -> None:
    known = published("a18f5c8a7ae7d663ee2f6c4953e51ad204d8e3c2f9731b71543bb9fec0c1d50a")
    assert known is not None
    assert ("opus-mt-ar-en", 33.9, 0.8429) in known.systems
    assert published(evaluation.digest(["no such set"])) is None


def test_summaries_are_scored_beside_baselines(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    options = ("eval", "summarize", OWN, "--limit", 4, "--output", kept, "--model", "extractive")
    document = json.loads(diplosum(*options).stdout)
    assert [system["name"] for system in document["systems"]] == ["extractive", "lead", "random", "another editor"]
    assert document["set"]["size"] == 4
    assert document["systems"][0]["counts"]["copied"] == 100
    assert len(kept.read_text("utf-8").splitlines()) == 4


def test_a_missing_library_is_named_with_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    done = diplosum("eval", "summarize", OWN, "--limit", 1)
    assert done.exit_code == 5
    assert "pip install 'diplosum[eval]'" in done.stderr


def test_a_set_must_be_named() -> None:
    done = diplosum("eval", "translate")
    assert done.exit_code == 3
    assert "--source FILE and --reference FILE" in done.stderr


def test_the_embedded_summarizer_stays_above_its_floors() -> None:
    """To lower a floor, change it in floors.json and say why in ``reason``."""
    floor = json.loads((HERE / "floors.json").read_text("utf-8"))[OWN.name]
    read = evaluation.articles(str(OWN))
    assert floor["digest"] == read.digest
    assert floor["reason"]
    document = json.loads(diplosum("eval", "summarize", OWN, "--model", "extractive").stdout)
    reached = document["systems"][0]
    assert all(reached["scores"][name]["value"] >= least for name, least in floor["at least"].items())
    assert all(reached["counts"][name] <= most for name, most in floor["at most"].items())
    lead = document["systems"][1]["scores"]["ROUGE-2"]
    assert lead["p"] < 0.05
    assert reached["scores"]["ROUGE-2"]["value"] > lead["value"]
