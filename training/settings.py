"""settings.toml: how a run is trained."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("settings.toml")
PHASES = ("denoise", "translate", "tune")


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps of one kind: ``denoise`` restores spoilt sentences of both languages, the others translate."""

    name: str
    steps: int
    rate: float  # the highest
    warmup: int
    schedule: str
    shares: Mapping[str, float]  # of the words drawn, by domain


@dataclass(frozen=True, slots=True)
class Chances:
    """How often :mod:`training.augment` changes what."""

    as_written: float
    diacritics: float
    tatweel: float
    digits: float
    stop: float
    heading: float
    quotation: float
    numbers: float
    names: float


@dataclass(frozen=True, slots=True)
class Settings:
    """One run; what the keys mean stands in settings.toml."""

    name: str
    seed: int
    vocabulary: str
    pieces: int
    width: int
    feed_forward: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    dropout: float
    label_smoothing: float
    weight_decay: float
    batch_tokens: int
    accumulate: int
    clip: float
    bf16: bool
    round_pairs: int
    max_tokens: int
    validate_every: int
    patience: int
    average: int
    augment: Chances
    phases: tuple[Phase, ...]

    @property
    def digest(self) -> str:
        """Tells whether a checkpoint belongs to these settings."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Runs:
    """What settings.toml says: runs by name, and which of them are compared."""

    settings: Mapping[str, Settings]
    ablation: tuple[str, ...]


def load(path: Path = TABLE) -> Runs:
    """Read every run. Raises ValueError for keys that mean nothing."""
    file = tomllib.loads(path.read_text("utf-8"))
    runs = {name: _settings(name, _merged(file["default"], table)) for name, table in file["runs"].items()}
    return Runs(runs, tuple(file.get("ablation", ())))


def _settings(name: str, table: dict[str, Any]) -> Settings:
    shares = table.pop("shares")
    phases = []
    for phase in PHASES:
        own = table.pop(phase)
        own["shares"] = _merged(shares, own.get("shares", {}))
        phases.append(_record(Phase, f"{name}.{phase}", own | {"name": phase}))
    table["augment"] = _record(Chances, f"{name}.augment", table["augment"])
    phases = [phase for phase in phases if phase.steps]
    return _record(Settings, name, table | {"name": name, "phases": tuple(phases)})


def _record(kind: type, where: str, table: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an instance of kind
    known = {key.name for key in fields(kind)}
    if table.keys() != known:
        odd = ", ".join(sorted(table.keys() ^ known))
        raise ValueError(f"{where}: not known, or missing: {odd}")
    return kind(**table)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``over`` on top of ``under``, tables key by key."""
    both = {k: _merged(under[k], over[k]) for k in under.keys() & over.keys() if isinstance(under[k], dict)}
    return {**{k: dict(v) if isinstance(v, dict) else v for k, v in under.items()}, **over, **both}
