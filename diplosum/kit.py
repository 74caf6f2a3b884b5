"""Carrying models to a machine without network: a plain tar with a manifest of everything that may be in it.

::

    manifest.json        {"schema": 1, "models": {NAME: what lock.json says}}
    NAME/FILE ...        each file that the lock lists, and nothing else
"""

import hashlib
import json
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from diplosum import lock
from diplosum.catalog import Catalog
from diplosum.engine import Say
from diplosum.errors import ModelError
from diplosum.lock import Lock
from diplosum.place import Place, alone
from diplosum.size import size

_MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 1_000_000  # bytes
_SCHEMA = 1
_FILE = re.compile(r"(ct2/)?[\w-][\w.-]*\.(json|txt|model|spm|safetensors)|ct2/model\.bin", re.ASCII)
_AGAIN = "make the kit again: diplosum models export"


def export(names: Sequence[str], kit: Path, say: Say) -> None:
    """Write installed models into ``kit``, whole or not at all; the same models give the same bytes.

    Raises ModelError when one is not in the store, or is not as its lock says.
    """
    locks = {name: _sound(name, say) for name in dict.fromkeys(names)}
    new = kit.with_name(f".{kit.name}.new")
    try:
        with new.open("wb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            manifest = {"schema": _SCHEMA, "models": {name: json.loads(lock.text(one)) for name, one in locks.items()}}
            _add(tar, _MANIFEST, (json.dumps(manifest, ensure_ascii=False, sort_keys=True) + "\n").encode())
            for name, one in locks.items():
                for path in one.files:
                    _add(tar, f"{name}/{path}", Place(name).target / path)
        new.replace(kit)
    except OSError as error:
        hint = "name another file, or make room"
        raise ModelError(f"cannot be written: {error.strerror or error}", where=str(kit), hint=hint) from error
    finally:
        new.unlink(missing_ok=True)
    say(f"{kit}: {', '.join(locks)}; {size(kit.stat().st_size)}, {_hash(kit)}")


def _sound(name: str, say: Say) -> Lock:
    found = Place(name).installed()
    if found is None:
        raise ModelError("is not in the model store", where=name, hint=f"diplosum models pull {name}")
    say(f"{name}: checking {size(found.size)}")
    if wrong := lock.faults(Place(name).target, found):
        raise ModelError(
            f"is not as it was pulled: {wrong[0]}", where=name, hint=f"diplosum models pull --force {name}"
        )
    return found


def _add(tar: tarfile.TarFile, name: str, content: bytes | Path) -> None:
    """Add a file under ``name``, with no owner and no time."""
    entry = tarfile.TarInfo(name)
    entry.size = len(content) if isinstance(content, bytes) else content.stat().st_size
    entry.mode = 0o644
    with BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        tar.addfile(entry, file)


def bring(kit: Path, catalog: Catalog, say: Say, *, force: bool = False) -> None:
    """Install every model of ``kit``; those that are installed already, at the same commit, are left as they are.

    Nothing of a kit is installed before all its names are known to be harmless, and nothing of a model before all its
    hashes are right. Raises ModelError, and CatalogError for a model that no models.toml describes.
    """
    try:
        say(f"{kit}: {size(kit.stat().st_size)}, {_hash(kit)}")
        with kit.open("rb") as file, _opened(file, kit) as tar:
            locks = _manifest(tar, kit)
            members = _members(tar, locks, kit)
            for one in locks.values():
                _known(one, catalog, kit)
            for name, one in locks.items():
                _bring(tar, one, {path: members[f"{name}/{path}"] for path in one.files}, say, force=force)
    except BrokenPipeError:  # nobody reads what is said
        raise
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror or error}", where=str(kit), hint=_AGAIN) from error
    except tarfile.TarError as error:
        raise ModelError(f"is not a sound kit: {error}", where=str(kit), hint=_AGAIN) from error


@contextmanager
def _opened(file: IO[bytes], kit: Path) -> Iterator[tarfile.TarFile]:
    try:
        tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - closed below; what fails here is no tar
    except tarfile.TarError as error:
        raise ModelError("is not a kit", where=str(kit), hint=_AGAIN) from error
    with tar:
        yield tar


def _manifest(tar: tarfile.TarFile, kit: Path) -> dict[str, Lock]:
    first = tar.next()
    if first is None or first.name != _MANIFEST or not first.isreg() or first.size > _LONGEST_MANIFEST:
        raise ModelError("does not begin with a manifest", where=str(kit), hint=_AGAIN)
    file = tar.extractfile(first)
    try:
        manifest: Any = json.loads(file.read() if file else b"")
        if manifest["schema"] != _SCHEMA:
            raise ModelError("was made by another version of diplosum", where=str(kit), hint=_AGAIN)
        locks = {name: lock.parse(json.dumps(record), kit / name) for name, record in manifest["models"].items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ModelError("has a manifest that cannot be read", where=str(kit), hint=_AGAIN) from error
    for name, one in locks.items():
        if unknown := [path for path in one.files if not _FILE.fullmatch(path)]:
            raise ModelError(f"is refused: {unknown[0]} is no file of a model", where=str(kit), hint=_AGAIN)
        if one.name != name:
            raise ModelError(f"is refused: {name} is called {one.name} inside", where=str(kit), hint=_AGAIN)
    return locks


def _members(tar: tarfile.TarFile, locks: Mapping[str, Lock], kit: Path) -> dict[str, tarfile.TarInfo]:
    """Look at every member before one is extracted. Raises ModelError at the first that the manifest does not allow."""
    expected = {f"{name}/{path}": stamp for name, one in locks.items() for path, stamp in one.files.items()}
    members: dict[str, tarfile.TarInfo] = {}
    while (member := tar.next()) is not None:
        stamp = expected.get(member.name)
        fault = None
        if not member.isreg() or member.issparse():
            fault = "is not a plain file"
        elif stamp is None:
            fault = "is not in its manifest"
        elif member.name in members:
            fault = "is there twice"
        elif member.size != stamp.size:
            fault = f"has {member.size:,} bytes instead of {stamp.size:,}"
        if fault:
            raise ModelError(f"is refused: {member.name} {fault}", where=str(kit), hint=_AGAIN)
        members[member.name] = member
    if missing := expected.keys() - members.keys():
        raise ModelError(f"is not complete: {min(missing)} is missing", where=str(kit), hint=_AGAIN)
    return members


def _known(one: Lock, catalog: Catalog, kit: Path) -> None:
    spec = catalog.model(one.name)
    if spec.repo != one.repo:
        hint = "bring the models.toml of the other machine along, and name it with --models"
        message = f"{one.name} is {one.repo} in it, and {spec.repo or 'not on the hub'} in models.toml"
        raise ModelError(message, where=str(kit), hint=hint)


def _bring(tar: tarfile.TarFile, one: Lock, members: Mapping[str, tarfile.TarInfo], say: Say, *, force: bool) -> None:
    with alone(one.name, say) as place:
        had = lock.read(place.target)
        if had and not force:
            if had.commit != one.commit:
                hint = f"replace it with --force; here is {had.commit}, in the kit {one.commit}"
                raise ModelError("is installed already, at another commit", where=one.name, hint=hint)
            say(f"{one.name}: is installed already, at {had.commit}")
            return
        try:
            _extract(tar, one, members, place)
            place.install()
        finally:
            shutil.rmtree(place.partial, ignore_errors=True)
        say(f"{one.name}: installed in {place.target}, {size(one.size)}, licence {one.licence}")


def _extract(tar: tarfile.TarFile, one: Lock, members: Mapping[str, tarfile.TarInfo], place: Place) -> None:
    """Put a model where it is made, or nothing."""
    shutil.rmtree(place.partial, ignore_errors=True)
    place.partial.mkdir()
    free = shutil.disk_usage(place.partial).free
    if one.size > free:
        hint = "make room, or set DIPLOSUM_HOME to a folder on another disk"
        raise ModelError(f"takes {size(one.size)}, and there are {size(free)} left", where=one.name, hint=hint)
    for path, member in members.items():
        # Without the model's name: the folder has it.
        tar.extract(member.replace(name=path), place.partial, filter="data")
    if wrong := lock.faults(place.partial, one):
        raise ModelError(f"is not installed: {wrong[0]}", where=one.name, hint=_AGAIN)
    lock.write(place.partial, one)


def _hash(kit: Path) -> str:
    with kit.open("rb") as file:
        return f"sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}"
