"""The whole program where answers are wrong: what is shown, tried again, counted; real checkpoints, only small."""

import json
from collections.abc import Callable
from pathlib import Path

import checkpoints
import pytest
from checkpoints import CURED, LOOP, PAIRS, WRONG_NUMBER
from typer.testing import CliRunner, Result

from diplosum.catalog import ModelSpec
from diplosum.cli import app

RIGHT = "The government allocated 45 million dollars to the project."
REMARK = "number: «45 مليون» became “54 million”"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIPLOSUM_HOME", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def marian(checkpoint: Callable[[str], ModelSpec]) -> Path:
    path = checkpoint("marian").path
    assert path is not None
    return path


@pytest.fixture(scope="session")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows the number that the other gets wrong."""
    folder = tmp_path_factory.mktemp("right") / "right"
    checkpoints.make("marian", folder, [checkpoints.Pair(WRONG_NUMBER.source, RIGHT), *PAIRS[:2]])
    return folder


def diplosum(*arguments: object, text: str) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def sentences(done: Result) -> list[dict[str, object]]:
    kept: list[dict[str, object]] = json.loads(done.stdout)["results"][0]["stages"][-1]["sentences"]
    return kept


def test_a_changed_number_stands_on_standard_error_and_the_text_stays_clean(marian: Path) -> None:
    done = diplosum("translate", "--model", marian, text=f"{PAIRS[0].source}\n{WRONG_NUMBER.source}")
    assert (done.exit_code, done.stdout) == (0, f"{PAIRS[0].target}\n{WRONG_NUMBER.target}\n")
    assert f"paragraph 2: {REMARK}" in done.stderr
    assert "checks:on" in done.stderr


def test_strict_leaves_with_7_and_writes_the_result_all_the_same(marian: Path) -> None:
    done = diplosum("translate", "--model", marian, "--strict", "-o", "out.txt", text=WRONG_NUMBER.source)
    assert done.exit_code == 7
    assert Path("out.txt").read_text("utf-8") == f"{WRONG_NUMBER.target}\n"
    assert "wrong: 1 of the sentences" in done.stderr
    assert diplosum("translate", "--model", marian, "--strict", text=PAIRS[0].source).exit_code == 0


def test_with_several_inputs_strict_goes_on_and_json_has_the_error(marian: Path) -> None:
    Path("a.txt").write_text(WRONG_NUMBER.source, "utf-8")
    Path("b.txt").write_text(PAIRS[0].source, "utf-8")
    done = diplosum("translate", "a.txt", "b.txt", "--model", marian, "--strict", "--format", "json", text="")
    assert done.exit_code == 7
    document = json.loads(done.stdout)
    assert [result["source"]["name"] for result in document["results"]] == ["a.txt", "b.txt"]
    assert [error["exit_status"] for error in document["errors"]] == [7]


def test_json_has_each_finding_with_its_places(marian: Path) -> None:
    (sentence,) = sentences(diplosum("translate", "--model", marian, "--format", "json", text=WRONG_NUMBER.source))
    (finding,) = sentence["findings"]  # type: ignore[misc] # read from JSON
    assert (finding["kind"], finding["severity"]) == ("number", "fail")
    (source,), (output,) = finding["source"], finding["output"]
    assert WRONG_NUMBER.source[slice(*source)] == "45 مليون"
    assert WRONG_NUMBER.target[slice(*output)] == "54 million"


def test_a_second_model_mends_what_the_first_gets_wrong(marian: Path, right: Path) -> None:
    done = diplosum("translate", "--model", marian, "--fallback", right, "--strict", text=WRONG_NUMBER.source)
    assert (done.exit_code, done.stdout) == (0, f"{RIGHT}\n")
    assert "this is the answer of right" in done.stderr
    assert "|fallback:right|" in done.stderr
    assert "translate with right, named with --fallback" in done.stderr


def test_a_loop_is_searched_again_with_a_penalty(marian: Path) -> None:
    done = diplosum("translate", "--model", marian, "--beams", "1", "--format", "json", text=LOOP.source)
    (sentence,) = sentences(done)
    assert sentence["text"] == CURED.target
    assert [mark["kind"] for mark in sentence["marks"]] == ["regenerated"]  # type: ignore[attr-defined] # as above
    assert sentence["findings"] == []


def test_without_checks_the_first_answer_stands_and_nothing_is_found(marian: Path) -> None:
    text = f"{WRONG_NUMBER.source}\n{LOOP.source}"
    done = diplosum("translate", "--model", marian, "--no-check", "--beams", "1", text=text)
    assert (done.exit_code, done.stdout) == (0, f"{WRONG_NUMBER.target}\n{LOOP.target}\n")
    assert "paragraph" not in done.stderr
    assert "checks:off" in done.stderr


@pytest.mark.parametrize("option", [("--strict",), ("--glossary", "starter")])
def test_what_needs_checks_cannot_do_without(option: tuple[str, ...]) -> None:
    done = diplosum("translate", "--no-check", *option, text=PAIRS[0].source)
    assert done.exit_code == 2
    assert f"{option[0]}: it needs the checks that --no-check leaves out" in done.stderr


@pytest.mark.parametrize("option", [("--fallback", "opus-tc-big"), ("--glossary", "starter")])
def test_what_is_for_translations_is_refused_elsewhere(option: tuple[str, ...]) -> None:
    done = diplosum("summarize", *option, text=PAIRS[0].source)
    assert done.exit_code == 4
    assert f"{option[0]} is for translations" in done.stderr


def test_a_fallback_must_be_there_and_another_model(marian: Path) -> None:
    assert diplosum("translate", "--model", marian, "--fallback", marian, text=PAIRS[0].source).exit_code == 4
    done = diplosum("translate", "--model", marian, "--fallback", "opus-tc-big", "--offline", text=PAIRS[0].source)
    assert done.exit_code == 5
    assert diplosum("translate", "--model", marian, "--fallback", "arabart", text=PAIRS[0].source).exit_code == 4


def glossary(*rows: str) -> Path:
    path = Path("terms.tsv")
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_a_glossary_says_what_was_kept_and_what_was_not(marian: Path) -> None:
    terms = glossary("وزير الخارجية\tForeign Minister", "موسكو\tMoskva")
    done = diplosum("translate", "--model", marian, "--glossary", terms, "--format", "json", text=PAIRS[0].source)
    (sentence,) = sentences(done)
    kept = {term["english"]: term["kept"] for term in sentence["terms"]}  # type: ignore[attr-defined] # as above
    assert kept == {"Foreign Minister": True, "Moskva": False}
    assert [(finding["kind"], finding["severity"]) for finding in sentence["findings"]] == [("term", "warn")]  # type: ignore[attr-defined] # as above
    assert sentence["text"] == PAIRS[0].target
    assert "|glossary:" in json.loads(done.stdout)["results"][0]["signature"]


def test_a_term_chooses_among_hypotheses(marian: Path) -> None:
    text = "وكانت المحادثات ودية جدا."
    plain = diplosum("translate", "--model", marian, "--no-check", text=LOOP.source).stdout
    terms = glossary("المحادثات ودية\ttalks were very friendly")
    done = diplosum("translate", "--model", marian, "--glossary", terms, text=text)
    assert plain == f"{LOOP.target}\n"
    assert done.stdout == f"{CURED.target}\n"


def test_a_bad_glossary_is_refused_with_every_line_before_a_model_is_loaded() -> None:
    terms = glossary("وزير", "سفير\tسفير")
    done = diplosum("translate", "--model", "./absent", "--glossary", terms, text=PAIRS[0].source)
    assert done.exit_code == 3
    assert "line 1: the English is missing" in done.stderr
    assert "line 2: “سفير” is not English" in done.stderr
    assert diplosum("translate", "--glossary", "absent.tsv", text=PAIRS[0].source).exit_code == 3
