"""A hub that misbehaves: what is said, with which exit status, and what is left on the disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub import INFORMATION
from pulling import COMMIT, Machine, machine

from diplosum import hub, lock
from diplosum.errors import ModelError

NEEDED = ["config.json", "model.safetensors", "source.spm", "vocab.json"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    for name in (*NEEDED, "pytorch_model.bin"):
        (folder / name).write_bytes(name.encode() * 10_000)
    for name in ("README.md", "tf_model.h5", "flax_model.msgpack", "modeling_evil.py", "rust_model.ot", "model.onnx"):
        (folder / name).write_bytes(b"not needed")
    return folder


@pytest.fixture
def here(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with machine(tmp_path, monkeypatch, {COMMIT: repo}) as made:
        yield made


def fetched(here: Machine, revision: str | None = "refs/pr/7") -> Path:
    """Fetch everything into a folder, as a pull does before it looks at what it got."""
    folder = here.home / "fetched"
    folder.mkdir(exist_ok=True)
    source = hub.repository("someone/tiny", revision, where="tiny", say=lambda _: None)
    for file in source.files:
        hub.fetch(source, file, folder, arrived=lambda *_: None, say=lambda _: None)
    return folder


# A hub that is well


@pytest.mark.parametrize("revision", [COMMIT, "refs/pr/7", "main", None])
def test_a_revision_is_resolved_and_only_what_is_needed_is_fetched(
    here: Machine, repo: Path, revision: str | None
) -> None:
    folder = fetched(here, revision)
    assert sorted(path.name for path in folder.iterdir()) == NEEDED
    assert all((folder / name).read_bytes() == (repo / name).read_bytes() for name in NEEDED)
    assert not any("resolve/main" in asked or "resolve/refs" in asked for asked in here.hub.asked)


def test_the_loopback_hub_speaks_as_the_hubs_own_library_expects(here: Machine, repo: Path) -> None:
    from huggingface_hub import snapshot_download

    snapshot = Path(snapshot_download("someone/tiny", revision="refs/pr/7", allow_patterns=NEEDED))
    assert snapshot.name == COMMIT
    assert (snapshot / "model.safetensors").read_bytes() == (repo / "model.safetensors").read_bytes()
    assert {*here.hub.sent} == {*NEEDED}
    here.hub.sent.clear()
    fetched(here)  # what lies in the cache that its tools share is not sent again
    assert here.hub.sent == {}


def test_pickled_weights_are_fetched_where_there_are_no_others(here: Machine, repo: Path) -> None:
    (repo / "model.safetensors").unlink()
    assert "pytorch_model.bin" in {path.name for path in fetched(here).iterdir()}


def test_weights_in_shards_are_fetched_with_their_index(here: Machine, repo: Path) -> None:
    (repo / "model.safetensors").unlink()
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"]
    for name in shards:
        (repo / name).write_bytes(name.encode())
    assert {*shards} < {path.name for path in fetched(here).iterdir()}


def test_a_download_goes_on_where_it_stopped(here: Machine, repo: Path) -> None:
    whole = (repo / "model.safetensors").read_bytes()
    (here.home / "fetched").mkdir()
    (here.home / "fetched" / "model.safetensors.part").write_bytes(whole[:100_000])
    assert (fetched(here) / "model.safetensors").read_bytes() == whole
    assert here.hub.sent["model.safetensors"] == len(whole) - 100_000


@pytest.mark.parametrize("length", [5, 1_000_000])
def test_a_beginning_that_is_of_another_file_is_fetched_again(here: Machine, repo: Path, length: int) -> None:
    (here.home / "fetched").mkdir()
    (here.home / "fetched" / "model.safetensors.part").write_bytes(b"?" * length)
    assert (fetched(here) / "model.safetensors").read_bytes() == (repo / "model.safetensors").read_bytes()


# A hub that is not


@pytest.mark.parametrize(
    ("file", "faults"),
    [
        (INFORMATION, ("500", "503")),
        ("vocab.json", ("500", "503")),
        ("model.safetensors", ("500", "503")),
        ("model.safetensors", ("429",)),
    ],
)
def test_what_passes_is_waited_for(here: Machine, repo: Path, file: str, faults: tuple[str, ...]) -> None:
    here.hub.misbehave(file, *faults)
    assert (fetched(here) / "model.safetensors").read_bytes() == (repo / "model.safetensors").read_bytes()
    assert here.hub.faults[file] == []


@pytest.mark.parametrize("file", ["vocab.json", "model.safetensors"])
@pytest.mark.parametrize("fault", ["cut", "stalled"])
def test_what_breaks_in_the_middle_goes_on_from_there(here: Machine, repo: Path, file: str, fault: str) -> None:
    here.hub.misbehave(file, fault)
    size = (repo / file).stat().st_size
    assert (fetched(here) / file).read_bytes() == (repo / file).read_bytes()
    assert here.hub.sent[file] == size - size // 2


FAULTS = [
    (INFORMATION, ["500"] * 9, "the download failed: the hub answers 500 Internal Server Error", "again: "),
    (
        INFORMATION,
        ["401"],
        "its authors ask for a login",
        "accept its terms on the page of someone/tiny, then: hf auth",
    ),
    (INFORMATION, ["429 for an hour"], "the hub answers 429 Too Many Requests and asks to wait 3600 s", "again: "),
    ("vocab.json", ["500"] * 9, "the download failed: the hub answers 500 Internal Server Error", "again: "),
    ("vocab.json", ["401"], "its authors ask for a login", "hf auth login"),
    ("vocab.json", ["404"], "the download failed: the hub answers 404 Not Found", "a file that it does not have"),
    (
        "vocab.json",
        ["wrong bytes"],
        "vocab.json is not what the hub lists: it has another hash, git:",
        "a proxy on the way",
    ),
    (
        "model.safetensors",
        ["wrong bytes"],
        "model.safetensors is not what the hub lists: it has another hash, sha256:",
        "",
    ),
    ("model.safetensors", ["too short"] * 9, "model.safetensors ended after 169,999 of 170,000 bytes", "again: "),
    ("model.safetensors", ["too long"], "more comes than the hub lists", "a proxy on the way"),
    ("model.safetensors", ["cut"] * 9, "the download failed: ", "what has come is kept"),
    ("model.safetensors", ["stalled"] * 9, "nothing came for too long", "check the connection"),
    ("model.safetensors", ["redirect loop"], "the hub redirects in a circle", "check the connection"),
]


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row[0]} {row[1][0]}")
def test_what_stays_is_said_and_nothing_is_installed(
    here: Machine, repo: Path, row: tuple[str, list[str], str, str]
) -> None:
    file, faults, message, hint = row
    here.hub.misbehave(file, *faults)
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    line, next_line = done.stderr.splitlines()[-2:]
    assert line.startswith("diplosum: tiny: ")
    assert message in line
    assert hint in next_line
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert here.in_order()
    assert not here.model.exists()
    here.hub.faults.clear()  # well again: what is there already is good, and the rest can be fetched
    here.hub.released.set()
    if here.partial.exists():
        begun = lock.read(here.partial)
        assert begun
        assert begun.commit == COMMIT
    source = hub.repository("someone/tiny", COMMIT, where="tiny", say=lambda _: None)
    here.partial.mkdir(parents=True, exist_ok=True)
    for name in source.files:
        hub.fetch(source, name, here.partial, arrived=lambda *_: None, say=lambda _: None)
        assert (here.partial / name).read_bytes() == (repo / name).read_bytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"repo": '"someone/other"'}, "tiny: there is no repository someone/other"),
        ({"revision": f'"{"d" * 40}"'}, f"tiny: has no revision {'d' * 40} at someone/tiny"),
    ],
)
def test_what_the_hub_does_not_have_is_said(here: Machine, changes: dict[str, str | None], message: str) -> None:
    here.describe(**changes)
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert message in done.stderr


def test_a_repository_without_weights_is_refused(here: Machine, repo: Path) -> None:
    (repo / "model.safetensors").unlink()
    (repo / "pytorch_model.bin").unlink()
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "tiny: the repository has neither safetensors nor PyTorch weights" in done.stderr


def test_a_hub_that_names_no_hashes_is_refused(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub._described", lambda file: {"rfilename": file.name, "size": file.stat().st_size})
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "tiny: the hub names no hash for config.json" in done.stderr


def test_a_hub_that_gives_another_commit_than_the_one_that_was_pinned_is_refused(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub._Handler._commit", lambda *_: COMMIT)
    here.describe(revision=f'"{"d" * 40}"')
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert f"tiny: the hub gives commit {COMMIT} for {'d' * 40}" in done.stderr


def test_a_hub_that_cannot_be_reached_is_a_model_error(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "tiny: the download failed: " in done.stderr
    assert "check the connection, then again: diplosum models pull tiny" in done.stderr


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "DIPLOSUM_OFFLINE"])
def test_nothing_is_asked_offline(here: Machine, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "1")
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "tiny: cannot be downloaded offline" in done.stderr
    assert here.hub.asked == []


def test_a_token_is_for_the_hub_alone(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked with the token that huggingface_hub knows, and nothing else is asked than what is needed."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    heard: list[str | None] = []
    answer = here.hub.RequestHandlerClass.do_GET

    def listen(handler: object) -> None:
        heard.append(handler.headers.get("Authorization"))
        answer(handler)

    monkeypatch.setattr(here.hub.RequestHandlerClass, "do_GET", listen)
    fetched(here)
    assert {*heard} == {"Bearer hf_secret"}
    assert all("someone/tiny" in asked for asked in here.hub.asked)


def test_names_that_lead_out_of_the_folder_are_not_fetched() -> None:
    stamp = lock.Stamp(1, "git:0")
    names = ["model.safetensors", "a/model.safetensors", "..\\evil.model", "../evil.model", "config.json"]
    assert hub._needed(dict.fromkeys(names, stamp), "tiny") == ["model.safetensors", "config.json"]
    with pytest.raises(ModelError):
        hub._needed({"a/model.safetensors": stamp}, "tiny")
