"""Carrying models over an air gap: what goes in comes out, and nothing else gets in."""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from checkpoints import PAIRS
from pulling import COMMIT, Machine, machine

from diplosum import lock
from diplosum.catalog import ModelSpec
from diplosum.lock import Lock, Stamp

FILES = {
    "config.json": b"{}",
    "model.safetensors": b"weights" * 100,
    "ct2/model.bin": b"converted" * 10,
    "ct2/config.json": b"{}",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with machine(tmp_path, monkeypatch, {}) as made:
        yield made


def installed(here: Machine, **changes: object) -> Lock:
    """A model in the store, as a pull leaves it."""
    for name, data in FILES.items():
        (here.model / name).parent.mkdir(parents=True, exist_ok=True)
        (here.model / name).write_bytes(data)
    record = {"name": "tiny", "repo": "someone/tiny", "revision": "refs/pr/7", "commit": COMMIT, "licence": "CC-BY-4.0"}
    made = lock.filled(Lock(version="0", hosted={}, **(record | changes)), here.model, {"hf": "passed"})  # type: ignore[arg-type] # strings all
    lock.write(here.model, made)
    return made


def kit(here: Machine, change: Callable[[dict[str, bytes]], None] = lambda _: None, **options: object) -> Path:
    """A kit made by hand, with a manifest that was changed by ``change`` or a lock with ``options``."""
    made = installed(here, **options)
    shutil.rmtree(here.model)
    members = {f"tiny/{name}": data for name, data in FILES.items()}
    manifest = {"schema": 1, "models": {"tiny": json.loads(lock.text(made))}}
    everything = {"manifest.json": json.dumps(manifest).encode(), **members}
    change(everything)
    path = here.home / "hand-made.tar"
    with tarfile.open(path, "w") as tar:
        for name, data in everything.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


def refused(here: Machine, path: Path, message: str, status: int = 5) -> None:
    before = sorted(path for path in here.home.rglob("*") if path.name != ".tiny.lock" and here.store != path)
    done = here("models", "import", path)
    assert done.exit_code == status, done.stderr
    assert message in done.stderr
    assert sorted(path for path in here.home.rglob("*") if path.name != ".tiny.lock" and here.store != path) == before


def test_a_real_model_is_carried_to_another_machine_and_used_there(
    here: Machine, checkpoint: Callable[[str], ModelSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = checkpoint("marian").path
    assert source
    here.hub.repos["someone/tiny"][COMMIT] = source
    assert here("models", "pull", "tiny").exit_code == 0
    done = here("models", "export", "tiny", "kit.tar")
    assert done.exit_code == 0
    digest = hashlib.sha256(Path("kit.tar").read_bytes()).hexdigest()
    assert f"kit.tar: tiny; 1 MB, sha256 {digest}" in done.stderr
    monkeypatch.setenv("DIPLOSUM_HOME", str(here.home / "other"))
    monkeypatch.setenv("DIPLOSUM_OFFLINE", "1")
    done = here("models", "import", "kit.tar")
    assert done.exit_code == 0, done.stderr
    assert f"sha256 {digest}" in done.stderr
    assert here("models", "verify").exit_code == 0
    used = here("translate", "--model", "tiny", text=PAIRS[1].source)
    assert used.stdout == f"{PAIRS[1].target}\n"
    assert f"revision:{COMMIT}" in used.stderr


def test_a_kit_holds_the_same_bytes_each_time_and_no_owner_or_time(here: Machine) -> None:
    installed(here)
    here("models", "export", "tiny", "a.tar")
    for path in here.model.rglob("*"):
        path.touch()
    here("models", "export", "tiny", "tiny", "b.tar")
    assert Path("a.tar").read_bytes() == Path("b.tar").read_bytes()
    with tarfile.open("a.tar") as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == ["manifest.json", *(f"tiny/{name}" for name in sorted(FILES))]
    assert {(member.mtime, member.uid, member.uname, member.mode) for member in members} == {(0, 0, "", 0o644)}


def test_what_comes_out_is_what_went_in(here: Machine) -> None:
    made = installed(here)
    before = {path: path.read_bytes() for path in here.model.rglob("*") if path.is_file()}
    assert here("models", "export", "tiny", "kit.tar").exit_code == 0
    assert here("models", "remove", "tiny").exit_code == 0
    assert here("models", "import", "kit.tar").exit_code == 0
    assert {path: path.read_bytes() for path in here.model.rglob("*") if path.is_file()} == before
    assert lock.read(here.model) == made
    again = here("models", "import", "kit.tar")
    assert again.exit_code == 0
    assert f"tiny: is installed already, at {COMMIT}" in again.stderr


def test_another_commit_is_replaced_only_when_asked(here: Machine) -> None:
    path = kit(here)
    installed(here, commit="d" * 40)
    refused(here, path, "tiny: is installed already, at another commit")
    assert here("models", "import", path, "--force").exit_code == 0
    locked = lock.read(here.model)
    assert locked
    assert locked.commit == COMMIT
    assert here.in_order()


def test_only_what_is_sound_is_exported(here: Machine) -> None:
    assert "tiny: is not in the model store" in here("models", "export", "tiny", "kit.tar").stderr
    installed(here)
    (here.model / "config.json").write_bytes(b"[]")
    done = here("models", "export", "tiny", "kit.tar")
    assert done.exit_code == 5
    assert "tiny: is not as it was pulled: config.json has another hash" in done.stderr
    (here.model / "config.json").write_bytes(b"{}")
    done = here("models", "export", "tiny", "no/such/folder/kit.tar")
    assert done.exit_code == 5
    assert "no/such/folder/kit.tar: cannot be written: No such file or directory" in done.stderr
    assert not list(Path().glob("**/*.new"))


def changed(name: str, data: bytes | None) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members.pop(name, None)
        if data is not None:
            members[name] = data

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (changed("tiny/config.json", b"[]"), "tiny: is not installed: config.json has another hash"),
        (changed("tiny/config.json", b"{}{}"), "tiny/config.json has 4 bytes instead of 2"),
        (changed("tiny/config.json", None), "is not complete: tiny/config.json is missing"),
        (changed("tiny/modeling.py", b"evil"), "is refused: tiny/modeling.py is not in its manifest"),
        (changed("../evil.json", b"{}"), "is refused: ../evil.json is not in its manifest"),
        (changed("/tmp/evil.json", b"{}"), "is refused: /tmp/evil.json is not in its manifest"),  # noqa: S108 - never written
        (changed("manifest.json", b"{}"), "does not begin with a manifest"),
        (changed("tiny/x" * 200, b"{}"), "is not in its manifest"),
    ],
)
def test_a_kit_with_anything_else_in_it_is_refused(
    here: Machine, change: Callable[[dict[str, bytes]], None], message: str
) -> None:
    refused(here, kit(here, change), message)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "/etc/evil.json",
        "a/b.json",
        "..\\evil.json",
        "modeling.py",
        "pytorch_model.bin",
        "ct2/../x.json",
        "",
    ],
)
def test_a_manifest_with_other_names_than_those_of_a_model_is_refused(here: Machine, name: str) -> None:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["models"]["tiny"]["files"][name] = {
            "size": 4,
            "digest": f"sha256:{hashlib.sha256(b'evil').hexdigest()}",
        }
        rest = dict(members)
        members.clear()
        members |= {**rest, "manifest.json": json.dumps(manifest).encode(), f"tiny/{name}": b"evil"}

    refused(here, kit(here, change), f"is refused: {name} is no file of a model")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_plain_file_is_refused(here: Machine, kind: bytes) -> None:
    path = kit(here, changed("tiny/config.json", None))
    with tarfile.open(path, "a") as tar:
        entry = tarfile.TarInfo("tiny/config.json")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)
    refused(here, path, "is refused: tiny/config.json is not a plain file")


def test_a_member_that_is_there_twice_is_refused(here: Machine) -> None:
    path = kit(here)
    with tarfile.open(path, "a") as tar:
        entry = tarfile.TarInfo("tiny/config.json")
        entry.size = 2
        tar.addfile(entry, io.BytesIO(b"[]"))
    refused(here, path, "is refused: tiny/config.json is there twice")


def test_a_model_that_no_models_toml_describes_is_refused(here: Machine) -> None:
    def change(members: dict[str, bytes]) -> None:
        for name in [name for name in members if name.startswith("tiny/")]:
            members[name.replace("tiny", "unknown")] = members.pop(name)
        members["manifest.json"] = members["manifest.json"].replace(b'"tiny"', b'"unknown"')

    refused(here, kit(here, change), "there is no model unknown", status=4)


def test_a_model_from_another_repository_is_refused(here: Machine) -> None:
    path = kit(here, repo="somebody-else/tiny")
    refused(here, path, "tiny is somebody-else/tiny in it, and someone/tiny in models.toml")


@pytest.mark.parametrize("data", [b"", b"no tar", b"\x1f\x8b\x08\x00" + b"\0" * 600])
def test_what_is_no_kit_is_refused(here: Machine, data: bytes) -> None:
    Path("kit.tar").write_bytes(data)
    refused(here, Path("kit.tar"), "kit.tar: ")


def test_a_kit_that_is_cut_off_is_refused(here: Machine) -> None:
    path = kit(here)
    path.write_bytes(path.read_bytes()[:4000])
    refused(here, path, "hand-made.tar: is not ")


def test_a_kit_that_is_not_there_is_said(here: Machine) -> None:
    refused(here, Path("missing.tar"), "missing.tar: cannot be read: No such file or directory")


def test_a_model_that_is_larger_than_the_disk_is_refused(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kit(here)
    monkeypatch.setattr("diplosum.kit.shutil.disk_usage", lambda _: type("Usage", (), {"free": 100}))
    refused(here, path, "tiny: takes 1 kB, and there are 1 kB left")


def test_a_stamp_tells_how_a_file_differs(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert lock.stamp(path) == Stamp(3, f"sha256:{hashlib.sha256(b'abc').hexdigest()}")
    # What "git hash-object" says of the same three bytes.
    assert lock.stamp(path, git=True).digest == "git:f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"
    assert lock.differs(path, lock.stamp(path, git=True)) is None
    assert lock.differs(path, Stamp(2, "sha256:0")) == "has 3 bytes instead of 2"
