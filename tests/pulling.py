"""A machine with an empty store, a models.toml with one model, and a hub that has it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hub import Hub, serving
from typer.testing import CliRunner, Result

from diplosum.cli import app

ROOT = Path(__file__).parent.parent
COMMIT = "c0ffee" + "0" * 34
LATER = "decade" + "0" * 34
ENTRY = {
    "task": '"translate"',
    "family": '"marian"',
    "repo": '"someone/tiny"',
    "revision": '"refs/pr/7"',
    "licence": '"CC-BY-4.0"',
    "commercial": "true",
    "conversion": '"none"',  # 1 s; where it is the subject it is asked for
    "probes": '[{ source = "وصل وزير الخارجية العراقي إلى موسكو يوم الإثنين.", expect = ["minister", "MOSCOW"] }]',
}


@dataclass
class Machine:
    home: Path
    hub: Hub
    entry: dict[str, str] = field(default_factory=lambda: dict(ENTRY))
    more: str = ""

    @property
    def store(self) -> Path:
        return self.home / "store" / "models"

    @property
    def model(self) -> Path:
        return self.store / "tiny"

    @property
    def partial(self) -> Path:
        return self.store / ".tiny.partial"

    def describe(self, **changes: str | None) -> None:
        """Change the model's entry in models.toml; None leaves a key out."""
        self.entry |= {key: value for key, value in changes.items() if value is not None}
        for key in (key for key, value in changes.items() if value is None):
            self.entry.pop(key, None)
        table = "\n".join(f"{key} = {value}" for key, value in self.entry.items())
        (self.home / "models.toml").write_text(f"schema = 1\n{self.more}\n[models.tiny]\n{table}\n", "utf-8")

    def __call__(self, *arguments: object, text: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)

    def command(self, *arguments: object, program: str = "-m diplosum") -> list[str]:
        return [sys.executable, "-W", "error", *program.split(" ", 1), *map(str, arguments)]

    @property
    def variables(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        return own | {"HF_ENDPOINT": self.hub.url, "HF_HOME": str(self.home / "hf"), "PYTHONPATH": str(ROOT)}

    def process(self, *arguments: object, program: str = "-m diplosum") -> subprocess.CompletedProcess[str]:
        command = self.command(*arguments, program=program)
        return subprocess.run(  # noqa: S603 - our own program
            command, env=self.variables, capture_output=True, text=True, encoding="utf-8", check=False
        )

    def in_order(self) -> bool:
        """Whether the store holds nothing but whole models, begun pulls and locks."""
        known = {"tiny", ".tiny.partial", ".tiny.lock"}
        return {path.name for path in self.store.iterdir()} <= known if self.store.is_dir() else True


@contextmanager
def machine(
    home: Path, monkeypatch: pytest.MonkeyPatch, commits: dict[str, Path], refs: tuple[str, ...] = ("main", "refs/pr/7")
) -> Iterator[Machine]:
    for name in [name for name in os.environ if name.startswith(("HF_", "DIPLOSUM_"))]:
        monkeypatch.delenv(name)
    with serving({"someone/tiny": commits}, refs) as hub:
        made = Machine(home, hub)
        made.describe()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("DIPLOSUM_HOME", str(home / "store"))
        monkeypatch.setenv("DIPLOSUM_MODELS", str(home / "models.toml"))
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        address = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", address)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(home / "hf" / "hub"))
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DOWNLOAD_TIMEOUT", 0.3)
        monkeypatch.setattr("diplosum.hub._PAUSES", (0, 0))  # as patient as a hub on loopback needs
        monkeypatch.chdir(home)
        yield made
