"""Describing models of the hub in a models.toml of one's own."""

import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from checkpoints import PAIRS
from pulling import COMMIT, Machine, machine

from diplosum.catalog import ModelSpec, own


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "config.json").write_text('{"model_type": "mt5", "architectures": ["MT5ForConditionalGeneration"]}')
    (repo / "model.safetensors").write_bytes(b"weights" * 1000)
    with machine(tmp_path, monkeypatch, {COMMIT: repo}) as made:
        made.hub.card = {"pipeline_tag": "summarization", "cardData": {"license": "cc-by-nc-sa-4.0"}}
        yield made


def test_an_entry_says_what_the_hub_says_and_asks_the_rest(here: Machine) -> None:
    before = (here.home / "models.toml").read_text()
    done = here("models", "add", "someone/tiny", "--name", "lead-writer")
    assert done.exit_code == 0, done.stderr
    written = (here.home / "models.toml").read_text("utf-8")
    assert written.startswith(before.rstrip())
    assert written.removeprefix(before.rstrip()) == (
        "\n\n[models.lead-writer]\n"
        'task = "summarize"\n'
        'family = "mt5"\n'
        '# description = "…"  # Question: what is it good for?\n'
        'repo = "someone/tiny"\n'
        f'revision = "{COMMIT}"\n'
        'licence = "CC-BY-NC-SA-4.0"\n'
        "commercial = false\n"
        "# parameters = …  # Question: how many has it? The probe compares them, within 20 %.\n"
        "download_bytes = 7071\n"
        "# probes = […]  # Question: which words must be in its answers? Without this, those of its task are tried.\n"
    )
    assert "answer what is marked with a question there, then: diplosum models pull lead-writer" in done.stderr
    assert here("models", "show", "lead-writer").exit_code == 0
    assert not any("safetensors" in asked for asked in here.hub.asked)


@pytest.mark.parametrize(
    ("card", "licence", "commercial"),
    [
        ({"cardData": {"license": "apache-2.0"}}, "Apache-2.0", True),
        ({"cardData": {"license": "llama3"}}, "LLAMA3", None),
        ({}, "unknown", None),
        ({"safetensors": {"parameters": {"F32": 582}, "total": 582}}, "unknown", None),
    ],
)
def test_what_is_not_known_is_left_open(
    here: Machine,
    card: dict[str, object],
    licence: str,
    commercial: bool | None,  # noqa: FBT001 - an expectation
) -> None:
    here.hub.card = {"pipeline_tag": "translation"} | card
    assert here("models", "add", "someone/tiny", "--name", "other.one").exit_code == 0
    entry = tomllib.loads((here.home / "models.toml").read_text("utf-8"))["models"]["other.one"]
    assert (entry["task"], entry["licence"], entry.get("commercial")) == ("translate", licence, commercial)
    assert entry.get("parameters") == (582 if "safetensors" in card else None)


def test_what_it_is_for_must_be_said_where_its_page_does_not(here: Machine) -> None:
    here.hub.card = {}
    done = here("models", "add", "someone/tiny", "--name", "other")
    assert done.exit_code == 4
    assert (
        "someone/tiny: its page does not say what it is for\n  diplosum models add someone/tiny --task" in done.stderr
    )
    assert here("models", "add", "someone/tiny", "--name", "other", "--task", "summarize-en").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "config", "status", "message"),
    [
        (("someone/tiny",), None, 4, "there is a model tiny already\n  give it another one with --name"),
        (("tiny",), None, 4, "tiny is no repository of the hub\n  diplosum models add OWNER/NAME"),
        (("someone/else",), None, 5, "someone/else: there is no repository someone/else\n  correct it, or log in"),
        (
            ("someone/tiny", "--name", "a"),
            {"model_type": "bert"},
            4,
            "no family of models.toml describes this checkpoint (bert)",
        ),
        (("someone/tiny", "--name", "a b"), None, 4, "not a name of letters, digits, dots, hyphens and underscores"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(
    here: Machine, arguments: tuple[str, ...], config: dict[str, str] | None, status: int, message: str
) -> None:
    if config:
        (here.home / "repo" / "config.json").write_text(json.dumps(config))
    before = (here.home / "models.toml").read_text()
    done = here("models", "add", *arguments)
    assert done.exit_code == status, done.stderr
    assert message in done.stderr
    assert (here.home / "models.toml").read_text() == before
    assert not list(here.home.glob(".models*"))


def test_a_models_toml_is_made_where_there_is_none(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIPLOSUM_MODELS")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(here.home / "config"))
    (here.home / "models.toml").unlink()
    assert own() == here.home / "config" / "diplosum" / "models.toml"
    assert here("models", "add", "someone/tiny").exit_code == 0
    assert own().read_text("utf-8").startswith("schema = 1\n\n[models.tiny]\n")
    assert here("models", "show", "tiny").exit_code == 0


def test_an_added_model_can_be_pulled_and_used(here: Machine, checkpoint: Callable[[str], ModelSpec]) -> None:
    source = checkpoint("marian").path
    assert source
    shutil.rmtree(here.home / "repo")
    shutil.copytree(source, here.home / "repo")
    here.hub.card = {"pipeline_tag": "translation", "cardData": {"license": "mit"}}
    here.describe(repo='"someone/else"')
    assert here("models", "add", "someone/tiny", "--name", "mine").exit_code == 0
    path = here.home / "models.toml"
    words = f'probes = [{{ source = "{PAIRS[2].source}", expect = ["14"] }}]\nconversion = "none"\n'
    path.write_text(f"{path.read_text('utf-8')}{words}", "utf-8")
    assert here("models", "pull", "mine").exit_code == 0
    assert here("translate", "--model", "mine", text=PAIRS[2].source).stdout == f"{PAIRS[2].target}\n"
