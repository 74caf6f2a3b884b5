"""A translator embedded in the package: found where a build has its weights, run by CTranslate2, and called a draft."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import training_data
from checkpoints import PAIRS
from typer.testing import CliRunner, Result

from diplosum import conversion, store
from diplosum.catalog import ModelSpec, load
from diplosum.cli import app
from diplosum.engines import ct2
from training import package
from training.__main__ import REFUSED, main

SOURCE = "وصل وزير الخارجية العراقي إلى موسكو ومعه 14 خبيرا."
CARD = "[scores.flores-dev]\nchrF = 43.21\nBLEU = 17.0\n[scores.news-dev]\nchrF = 51.0\nBLEU = 25.0\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store and an empty assets folder; the package's own stays out of it."""
    monkeypatch.setenv("DIPLOSUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "ASSETS", tmp_path / "assets")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def embedded(checkpoint: Callable[[str], ModelSpec], here: Path) -> Path:
    """The weights of a tiny model that answers its lessons, in the layout of the package."""
    spec, folder = checkpoint("marian"), here / "assets" / package.NAME
    assert spec.path is not None
    folder.parent.mkdir()
    conversion.convert(spec.path, folder, spec=spec)
    shutil.copyfile(spec.path / "source.spm", folder / "source.spm")
    (folder / "model.toml").write_text(CARD, "utf-8")
    return folder


def diplosum(*arguments: str, given: str = PAIRS[1].source) -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def test_a_build_without_weights_says_what_to_pull() -> None:
    done = diplosum("translate")
    assert done.exit_code == 5
    assert "no model for translate is installed; recommended is opus-tc-big" in done.stderr
    assert "diplosum models pull opus-tc-big" in done.stderr
    named = diplosum("translate", "--model", "draft")
    assert named.exit_code == 5
    assert "draft is not in this build of diplosum" in named.stderr
    assert "not in this build" in diplosum("models").stdout
    forecast = diplosum("translate", "--model", "draft", "--dry-run")
    assert forecast.exit_code == 0
    assert "translate with draft (CC-BY-SA-4.0, not installed" in forecast.stdout


def test_the_draft_translates_at_once_and_says_that_it_is_one(embedded: Path) -> None:
    done = diplosum("translate")
    assert done.stdout == f"{PAIRS[1].target}\n"
    lines = done.stderr.splitlines()
    assert lines[1:2] == [
        "diplosum: draft makes drafts only (chrF 43.2 on flores-dev, chrF 51.0 on news-dev); "
        "recommended: diplosum models pull opus-tc-big"
    ]
    assert "engine:ct2" in lines[-1]
    assert "drafts only" not in diplosum("translate", "--quiet").stderr
    assert done.stderr.count("drafts only") == 1
    assert "embedded" in diplosum("models", "show", "draft").stdout
    assert (embedded / "model.toml").is_file()


def test_a_brief_says_once_that_its_translator_is_a_draft(embedded: Path) -> None:
    assert diplosum("brief").stderr.count("drafts only") == 1
    assert embedded.is_dir()


@pytest.mark.parametrize("options", [("--engine", "hf"), ("--device", "mps")])
def test_the_draft_runs_with_ctranslate2_only(embedded: Path, options: tuple[str, ...]) -> None:
    done = diplosum("translate", "--model", "draft", *options)
    assert done.exit_code == 5
    assert "draft is embedded as weights for CTranslate2" in done.stderr
    assert embedded.is_dir()


@pytest.mark.parametrize("card", [None, "", "[scores]\nnews = 3\n", "not TOML"])
def test_a_draft_whose_card_is_broken_is_not_run(embedded: Path, card: str | None) -> None:
    (embedded / "model.toml").unlink()
    if card is not None:
        (embedded / "model.toml").write_text(card, "utf-8")
    done = diplosum("translate")
    assert done.exit_code == 5
    assert "the card of draft cannot be read" in done.stderr


def test_a_damaged_draft_is_installed_again_and_not_pulled(embedded: Path) -> None:
    (embedded / "tokens.json").unlink()
    done = diplosum("translate")
    assert done.exit_code == 5
    assert "pip install --force-reinstall diplosum" in done.stderr


def test_what_is_embedded_is_neither_pulled_nor_converted_but_verified(embedded: Path) -> None:
    assert "is embedded: there is nothing to download" in diplosum("models", "pull", "draft").stderr
    assert "no weights on this machine that can be converted" in diplosum("models", "convert", "draft").stderr
    verified = diplosum("models", "verify", "draft")
    assert "does not work with engine ct2" in verified.stderr  # a tiny model does not know the probes
    shutil.rmtree(embedded)
    assert "is not installed" in diplosum("models", "verify", "draft").stderr


def test_an_embedded_model_has_no_repo_and_no_path(here: Path) -> None:
    (here / "models.toml").write_text('schema = 1\n[models.draft]\npath = "here"\n', "utf-8")
    done = diplosum("models")
    assert done.exit_code == 4
    assert "an embedded model has no repo and no path" in done.stderr


def test_what_is_trained_is_packaged_and_runs(here: Path) -> None:
    data = training_data.write(here / "data")
    (here / "settings.toml").write_text(training_data.SETTINGS, "utf-8")
    command = ["--data", str(data), "--work", str(here / "work"), "--settings", str(here / "settings.toml"), "--quiet"]
    assert main(["all", *command]) == REFUSED
    assert main(["package", *command, "--read", "50"]) == REFUSED
    result = here / "work" / "runs" / "base" / "result"
    folder = package.package(
        result, here / "work" / "prepared", 35, here / "assets" / package.NAME, package.Bar({}, 0, 10**6)
    )
    card = tomllib.loads((folder / "model.toml").read_text("utf-8"))
    assert card["read_and_found_right"] == "35 of 50"
    assert card["bytes"] < 10**6
    assert card["training"]["run"] == "base"
    assert [(data["name"], data["licence"]) for data in card["data"]] == [
        ("news", "Apache-2.0"),
        ("lexicon", "Apache-2.0"),
    ]
    assert card["limits"]
    done = diplosum("translate", "--beams", "1", given=SOURCE)
    assert "draft makes drafts only (chrF" in done.stderr
    assert "model:draft|" in done.stderr
    assert "engine:ct2" in done.stderr


def test_what_a_vocabulary_spells_in_bytes_is_read_as_text(embedded: Path) -> None:
    reader = ct2.open_counter(load().model("draft"), embedded)
    assert reader.decode(["▁a", "<0xE6>", "<0x9D>", "<0xB1>", "▁", "<", "0", "x41>", "<0xFF>"]) == "a東 <0x41>\ufffd"
