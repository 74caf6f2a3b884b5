import os
import subprocess
import sys
from pathlib import Path

import pytest
from hub import Hub, serving

COMMIT = "c0ffee" + "0" * 34
MODELS = """schema = 1
[models.tiny]
task = "translate"
family = "marian"
repo = "someone/tiny"
revision = "{revision}"
licence = "CC-BY-NC-4.0"
commercial = false
licence_note = "Not for business."
download_bytes = 4000000
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    for name in ("config.json", "vocab.json", "source.spm", "pytorch_model.bin", "model.safetensors"):
        (folder / name).write_bytes(name.encode())
    for name in ("README.md", "tf_model.h5", "flax_model.msgpack", "modeling_evil.py", "rust_model.ot"):
        (folder / name).write_bytes(b"not needed")
    return folder


def diplosum(
    *arguments: str, home: Path, hub: Hub | None = None, revision: str = COMMIT, **environment: str
) -> subprocess.CompletedProcess[str]:
    (home / "models.toml").write_text(MODELS.format(revision=revision), "utf-8")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "DIPLOSUM_"))}
    variables |= {"HF_HOME": str(home / "hf"), "HF_ENDPOINT": hub.url if hub else "http://127.0.0.1:9", **environment}
    command = [sys.executable, "-W", "error", "-m", "diplosum", *arguments, "--models", str(home / "models.toml")]
    return subprocess.run(command, env=variables, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603 - our own program


@pytest.mark.parametrize("revision", [COMMIT, "refs/pr/7"])
def test_a_model_is_pulled_at_its_revision_with_the_files_it_needs(repo: Path, tmp_path: Path, revision: str) -> None:
    with serving({"someone/tiny": repo}, COMMIT, ("main", "refs/pr/7")) as hub:
        done = diplosum("models", "pull", "tiny", home=tmp_path, hub=hub, revision=revision)
        assert done.returncode == 0, done.stderr
        asked = len(hub.asked)
        listed = diplosum("models", home=tmp_path, hub=hub, revision=revision)
    assert "licence CC-BY-NC-4.0, no commercial use. Not for business." in done.stderr
    snapshot = tmp_path / "hf" / "hub" / "models--someone--tiny" / "snapshots" / COMMIT
    assert sorted(path.name for path in snapshot.iterdir()) == [
        "config.json",
        "model.safetensors",
        "source.spm",
        "vocab.json",
    ]
    assert (snapshot / "vocab.json").read_bytes() == b"vocab.json"
    assert "Hugging Face cache" in next(line for line in listed.stdout.splitlines() if line.startswith("tiny"))
    assert len(hub.asked) == asked


@pytest.mark.parametrize(
    ("served", "revision", "message"),
    [
        ("someone/other", COMMIT, "tiny: there is no repository someone/tiny"),
        ("someone/tiny", "d" * 40, f"tiny: has no revision {'d' * 40} at someone/tiny"),
    ],
)
def test_what_the_hub_does_not_have_is_said(
    repo: Path, tmp_path: Path, served: str, revision: str, message: str
) -> None:
    with serving({served: repo}, COMMIT) as hub:
        done = diplosum("models", "pull", "tiny", home=tmp_path, hub=hub, revision=revision)
    assert done.returncode == 5
    assert message in done.stderr


def test_a_repository_without_weights_is_refused(repo: Path, tmp_path: Path) -> None:
    (repo / "model.safetensors").unlink()
    (repo / "pytorch_model.bin").unlink()
    with serving({"someone/tiny": repo}, COMMIT) as hub:
        done = diplosum("models", "pull", "tiny", home=tmp_path, hub=hub)
    assert done.returncode == 5
    assert "neither safetensors nor PyTorch weights" in done.stderr


def test_a_hub_that_cannot_be_reached_is_a_model_error(tmp_path: Path) -> None:
    done = diplosum("models", "pull", "tiny", home=tmp_path)
    assert done.returncode == 5
    assert "tiny: the download failed: " in done.stderr
    assert "check the connection, then again: diplosum models pull tiny" in done.stderr


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "DIPLOSUM_OFFLINE"])
def test_nothing_is_asked_offline(repo: Path, tmp_path: Path, variable: str) -> None:
    with serving({"someone/tiny": repo}, COMMIT) as hub:
        done = diplosum("models", "pull", "tiny", home=tmp_path, hub=hub, **{variable: "1"})
    assert done.returncode == 5
    assert "tiny: cannot be downloaded offline" in done.stderr
    assert hub.asked == []
