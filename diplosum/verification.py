"""Is what is installed still what was pulled, and does it still answer."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from diplosum import conversion, lock, store
from diplosum.catalog import Catalog, ModelSpec
from diplosum.engine import EngineName, Say
from diplosum.errors import ExitCode, ModelError
from diplosum.lock import Lock
from diplosum.probe import PASSED, probe


def installed(catalog: Catalog) -> list[ModelSpec]:
    """Every model that was pulled into the store."""
    return [spec for spec in catalog.models.values() if (store.folder() / spec.name / lock.NAME).is_file()]


def verify(specs: Sequence[ModelSpec], say: Say, complain: Say) -> ExitCode:
    """Compare every file with its hash and probe, a line for each model; the status of the first that is not sound."""
    status = ExitCode.OK
    for spec in specs:
        try:
            say(f"{spec.name}: {_one(spec)}")
        except ModelError as error:
            complain(str(error))
            status = status or error.exit_code
    return status


def _one(spec: ModelSpec) -> str:
    locked, location = lock.read(store.folder() / spec.name), store.locate(spec)
    if location is None:
        hint = "diplosum models" if spec.asset else f"diplosum models pull {spec.name}"
        raise ModelError("is not installed", where=spec.name, hint=hint)
    if spec.kind == "extractive":
        return "embedded, nothing to verify"
    again = "pip install --force-reinstall diplosum" if spec.asset else f"diplosum models pull --force {spec.name}"
    if location.found != "model store":
        locked = None
    if locked and (wrong := lock.faults(location.folder, locked)):
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise ModelError(f"{wrong[0]}{more}", where=str(location.folder), hint=again)
    engines: tuple[EngineName, ...] = ("hf", "ct2") if conversion.find(location.folder) else ("hf",)
    if spec.asset:
        engines = ("ct2",)
    verdicts: dict[str, str] = {name: probe(spec, location.folder, name, lambda _line: None) for name in engines}
    if locked:
        _note(location.folder, locked, verdicts)
    for name, verdict in verdicts.items():
        if verdict != PASSED:
            raise ModelError(f"does not work with engine {name}: {verdict}", where=spec.name, hint=again)
    hashes = f"{len(locked.files)} files as pulled at {locked.commit}" if locked else "no lock file, no hashes"
    return f"{hashes}; probe passed with {' and '.join(engines)}"


def _note(folder: Path, locked: Lock, verdicts: dict[str, str]) -> None:
    """Keep the verdicts for ``models show``, where the store can be written."""
    probed = {**locked.probe, **verdicts}
    if probed != locked.probe:
        try:
            lock.write(folder, replace(locked, probe=probed))
        except OSError:  # a store that is read-only serves as well; only the older verdict stays
            return
