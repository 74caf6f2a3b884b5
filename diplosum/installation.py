"""Installing a model: downloaded beside the store, checked, made safe, converted, probed, and put in by renaming."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from diplosum import __version__, conversion, hub, lock, store, weights
from diplosum.catalog import ModelSpec
from diplosum.engine import EngineName, Say
from diplosum.errors import ModelError
from diplosum.hub import Arrived, Repository
from diplosum.lock import Lock, Stamp
from diplosum.place import Place, alone
from diplosum.probe import PASSED, probe
from diplosum.size import size

Watch = Callable[[Mapping[str, Stamp]], AbstractContextManager[Arrived]]  # given the files that are to come


@dataclass(frozen=True, slots=True)
class Pull:
    """How to pull: move to what the revision is now, or download everything again. ``accept`` is asked a question."""

    update: bool = False
    force: bool = False
    accept: Callable[[str], bool] = lambda _question: False
    say: Say = lambda _line: None
    detail: Say = lambda _line: None


def pull(spec: ModelSpec, wish: Pull, watch: Watch) -> None:
    """Install ``spec``, or go on installing it. ``watch`` shows how far the download is. Raises ModelError."""
    if spec.repo is None:
        what = f"is your own folder {spec.path}" if spec.path else "is embedded"
        raise ModelError(f"{what}: there is nothing to download", where=spec.name, hint="diplosum models")
    with alone(spec.name, wish.say) as place:
        had = _before(place, wish)
        if had and had.repo == spec.repo and not (wish.update or wish.force):
            wish.say(f"{spec.name}: is installed already, at {had.commit}; --update looks for a newer one")
            return
        source, begun = _source(spec, place, had, wish)
        if had and not wish.force and (had.repo, had.commit) == (source.name, source.commit):
            wish.say(f"{spec.name}: nothing newer than what is installed, {had.commit}")
            return
        _announce(spec, source, wish.say)
        agreed = any(known and known.licence == spec.licence for known in (had, begun))
        _licence(spec, wish, agreed=agreed)
        begun = _begin(spec, place, source, begun)
        _download(place, source, wish, watch)
        _finish(spec, place, begun, wish)
        for line in _changes(had, begun) if had else ():
            wish.say(f"{spec.name}: {line}")


def _before(place: Place, wish: Pull) -> Lock | None:
    """Look at what is installed; ``--force`` replaces even what cannot be understood."""
    try:
        return place.installed()
    except ModelError:
        if wish.force:
            return None
        raise


def _source(spec: ModelSpec, place: Place, had: Lock | None, wish: Pull) -> tuple[Repository, Lock | None]:
    """Ask the hub for the commit that is installed or was begun, or for a new one where ``--update`` says so."""
    begun = lock.read(place.partial) if place.partial.is_dir() else None
    for known in (had, begun):
        if known and (known.repo, known.revision) == (spec.repo, spec.revision) and not wish.update:
            return hub.repository(known.repo, known.commit, where=spec.name, say=wish.say), begun
    return hub.repository(spec.repo or "", spec.revision, where=spec.name, say=wish.say), begun


def _announce(spec: ModelSpec, source: Repository, say: Say) -> None:
    total = sum(stamp.size for stamp in source.files.values())
    say(f"{spec.name}: {source.name} at {source.commit}, {len(source.files)} files, {size(total)}")
    say(f"{spec.name}: licence {spec.licence}, {store.COMMERCIAL[spec.commercial]}. {spec.licence_note}".rstrip())
    if source.licence and source.licence.lower() != spec.licence.lower():
        say(f"{spec.name}: its page states another licence: {source.licence}")


def _licence(spec: ModelSpec, wish: Pull, *, agreed: bool) -> None:
    """Ask before a model that forbids commercial use is loaded, unless the same licence was accepted before."""
    question = f"{spec.name} may not be used commercially ({spec.licence}); download it?"
    if spec.commercial is False and not agreed and not wish.accept(question):
        message = f"its licence, {spec.licence}, forbids commercial use, and was not accepted"
        hint = f"diplosum models pull {spec.name} --accept-license"
        raise ModelError(message, where=spec.name, hint=hint)


def _begin(spec: ModelSpec, place: Place, source: Repository, begun: Lock | None) -> Lock:
    """Make room, and note what is being pulled, so that another process can go on with the same commit."""
    new = Lock(spec.name, source.name, spec.revision, source.commit, spec.licence, __version__, source.files)
    if begun is None or (begun.repo, begun.commit) != (new.repo, new.commit):
        shutil.rmtree(place.partial, ignore_errors=True)
    place.partial.mkdir(exist_ok=True)
    _room(spec, place, source)
    lock.write(place.partial, new)
    return new


def _room(spec: ModelSpec, place: Place, source: Repository) -> None:
    """Refuse what does not fit: what is still to come, and the weights once more, safe or converted."""
    here = sum(path.stat().st_size for path in place.partial.iterdir() if path.is_file())
    total = sum(stamp.size for stamp in source.files.values())
    needed, free = max(0, total - here) + total, shutil.disk_usage(place.partial).free
    if needed > free:
        hint = "make room, or set DIPLOSUM_HOME to a folder on another disk"
        message = f"takes {size(needed)} while it is installed, and {place.target.parent} has {size(free)} left"
        raise ModelError(message, where=spec.name, hint=hint)


def _download(place: Place, source: Repository, wish: Pull, watch: Watch) -> None:
    safe = (place.partial / weights.SAFE).is_file() and not any(file == weights.SAFE for file in source.files)
    files = {name: stamp for name, stamp in source.files.items() if not (safe and weights.is_pickled(name))}
    with watch(files) as arrived:
        for file in sorted(files, key=lambda name: files[name].size):  # what is wrong shows before the weights come
            hub.fetch(source, file, place.partial, arrived=arrived, say=wish.say)


def _finish(spec: ModelSpec, place: Place, begun: Lock, wish: Pull) -> None:
    """Make weights safe, probe, convert, and put the model into the store."""
    partial = place.partial
    for left in partial.iterdir():  # of a conversion that was interrupted
        if left.is_dir():
            shutil.rmtree(left)
    if any(weights.is_pickled(file) for file in begun.hosted):
        wish.say(f"{spec.name}: storing its weights as safetensors")
        weights.make_safe(partial, where=spec.name)
    verdict = _probed(spec, partial, "hf", wish)
    if verdict != PASSED:
        shutil.rmtree(partial)
        hint = "set another revision or repo in models.toml; diplosum models shows others"
        message = f"is not installed, because it does not work: {verdict}"
        raise ModelError(message, where=spec.name, hint=hint)
    done = lock.filled(begun, partial, {"hf": verdict} | _converted(spec, partial, wish))
    lock.write(partial, done)
    place.install()
    wish.say(f"{spec.name}: installed in {place.target}, {size(done.size)}")


def _converted(spec: ModelSpec, partial: Path, wish: Pull) -> dict[str, str]:
    """Convert for CTranslate2 and probe; what went wrong leaves nothing behind, and the model to hf."""
    if spec.conversion == "none":
        return {}
    into = partial / conversion.FOLDER
    wish.say(f"{spec.name}: converting for CTranslate2, {spec.conversion}")
    try:
        conversion.convert(partial, into, quantization=spec.conversion, spec=spec)
        verdict = _probed(spec, partial, "ct2", wish)
    except ModelError as error:
        verdict = error.message
    if verdict != PASSED:
        shutil.rmtree(into, ignore_errors=True)
        wish.say(f"{spec.name}: it runs with --engine hf only: {verdict}")
    return {"ct2": verdict}


def convert(spec: ModelSpec, folder: Path) -> None:
    """Convert what is installed, and note the new files in its lock, where it has one. Raises ModelError."""
    quantization = "int8" if spec.conversion == "none" else spec.conversion
    conversion.convert(folder, folder / conversion.FOLDER, quantization=quantization, spec=spec)
    if locked := lock.read(folder):
        lock.write(folder, lock.renewed(locked, folder, conversion.FOLDER))


def _probed(spec: ModelSpec, folder: Path, name: EngineName, wish: Pull) -> str:
    wish.say(f"{spec.name}: probing with engine {name}")
    return probe(spec, folder, name, wish.detail)


def _changes(had: Lock, now: Lock) -> Iterator[str]:
    """Say what an update changed on the hub's side."""
    if had.commit == now.commit:
        return
    yield f"moved from {had.commit} to {now.commit}"
    for name in sorted(had.hosted.keys() | now.hosted.keys()):
        before, after = had.hosted.get(name), now.hosted.get(name)
        if before != after:
            yield f"{name} {'is new' if before is None else 'is gone' if after is None else 'has changed'}"
