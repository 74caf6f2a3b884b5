"""Models of every family are pulled and probed; each of the known faults keeps one from being installed."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from checkpoints import FAMILIES, PAIRS, SUMMARIES, spec_for
from pulling import COMMIT, Machine, machine

from diplosum import probe
from diplosum.catalog import ModelSpec, Probe


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with machine(tmp_path, monkeypatch, {COMMIT: tmp_path / "repo"}) as made:
        yield made


@pytest.fixture
def serve(here: Machine, checkpoint: Callable[[str], ModelSpec]) -> Callable[[str], Path]:
    """Let the hub have a checkpoint of a family, and describe it; the folder may still be changed."""

    def served(family: str) -> Path:
        spec = checkpoint(family)
        assert spec.path
        shutil.copytree(spec.path, here.home / "repo")
        asked, words = (
            (PAIRS[1].source, ["Minister", "Moscow"]) if spec.task == "translate" else (SUMMARIES[3].source, ["بغداد"])
        )
        here.describe(
            task=f'"{spec.task}"',
            family=f'"{family}"',
            prefix=json.dumps(spec.prefix),
            probes=f"[{{ source = {json.dumps(asked)}, expect = {json.dumps(words)} }}]",
        )
        return here.home / "repo"

    return served


def refused(here: Machine, message: str) -> None:
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5, done.stderr
    assert message in done.stderr
    assert here.in_order()
    assert not here.model.exists()


@pytest.mark.parametrize("family", FAMILIES)
def test_models_of_every_family_are_pulled(here: Machine, serve: Callable[[str], Path], family: str) -> None:
    serve(family)
    done = here("models", "pull", "tiny")
    assert done.exit_code == 0, done.stderr
    assert [path.name for path in here.model.glob("*.bin")] == []
    assert here("models", "verify", "tiny").exit_code == 0
    if spec_for(family, here.model).task == "translate":
        assert here("translate", "--model", "tiny", text=PAIRS[2].source).stdout == f"{PAIRS[2].target}\n"


def test_t5_whose_output_layer_is_not_its_own_is_refused(here: Machine, serve: Callable[[str], Path]) -> None:
    """The garbage of MADLAD under transformers 5.15: the output layer taken from the embeddings."""
    from safetensors.torch import load_file, save_file

    weights = serve("t5") / "model.safetensors"
    tensors = load_file(weights)
    tensors["lm_head.weight"] = tensors["decoder.embed_tokens.weight"].clone()
    save_file(tensors, weights, {"format": "pt"})
    refused(here, "tiny: is not installed, because it does not work: ")


def test_t5_that_reads_everything_as_unknown_is_refused(here: Machine, serve: Callable[[str], Path]) -> None:
    """As T5Tokenizer made from a vocabulary file alone does."""
    folder = serve("t5")
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    tokenizer["model"]["vocab"] = [
        [piece if n < 3 else f"x{n}", score] for n, (piece, score) in enumerate(tokenizer["model"]["vocab"])
    ]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    refused(here, "tiny: is not installed, because it does not work: ")


@pytest.mark.parametrize("family", ["nllb", "m2m100", "mbart50"])
def test_a_language_token_that_the_vocabulary_lacks_is_refused(
    here: Machine, serve: Callable[[str], Path], family: str
) -> None:
    serve(family)
    here.describe(target_code='{ ar = "xx_XX", en = "xx_XX" }')
    refused(here, "its tokenizer has no token for target_code xx_XX")
    here.describe(target_code=None, source_code='"xx_XX"')
    refused(here, "its tokenizer has no token for source_code xx_XX")


def test_the_token_of_another_language_is_refused(here: Machine, serve: Callable[[str], Path]) -> None:
    serve("nllb")
    here.describe(target_code='{ ar = "arb_Arab", en = "arb_Arab" }', decoding="{ beams = 1 }")
    refused(here, "tiny: is not installed, because it does not work: ")


def test_a_folder_without_its_special_tokens_is_refused(here: Machine, serve: Callable[[str], Path]) -> None:
    """In such a folder of NLLB the code of a language is <unk>."""
    folder = serve("nllb")
    (folder / "tokenizer.json").unlink()
    (folder / "special_tokens_map.json").unlink()
    refused(here, "tiny: is not installed, because it does not work: ")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("The minister arrived in Moscow.", None),
        ("THE MINISTERS arrived in moscow.", None),
        ("", "it answers nothing"),
        ("The minister ⁇ arrived in Moscow.", "it answers with characters that it does not know"),
        ("The minister <unk> arrived in Moscow.", "it answers with characters that it does not know"),
        ("The minister وصل in Moscow.", "it leaves Arabic letters in its English"),
        ("Minister in Moscow" + " in Moscow in Moscow" * 5, "it says «in moscow» 11 times"),
        ("The minister arrived.", "«Moscow» must be in the answer"),
        ("Hello.", "«minister» and «Moscow» must be in the answer"),
    ],
)
def test_an_answer_must_be_one(answer: str, fault: str | None) -> None:
    asked = Probe("وصل الوزير إلى موسكو.", ("minister", "Moscow"))
    found = next(probe._faults(spec_for("marian", Path()), asked, answer), None)
    assert found == fault


def test_an_arabic_summary_may_be_arabic() -> None:
    asked = Probe("وصل الوزير إلى موسكو.", ("موسكو",))
    assert next(probe._faults(spec_for("mt5", Path()), asked, "الوزير في موسكو"), None) is None
