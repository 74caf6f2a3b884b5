"""lock.json beside the weights: which commit they are of, and the size and the hash of every file."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from diplosum.errors import ModelError

NAME = "lock.json"
SCHEMA = 1
_BLOCK = 1 << 20  # bytes hashed at once


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size and hash of a file: ``sha256:…``, or ``git:…`` where the hub names only the git object."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Lock:
    """What was pulled. ``hosted`` are the files as the hub holds them, ``files`` those that lie here (none yet: begun).

    ``probe`` holds, for each engine, ``passed`` or what was wrong.
    """

    name: str
    repo: str
    revision: str | None  # what was asked for
    commit: str  # what that was
    licence: str
    version: str  # of diplosum
    hosted: Mapping[str, Stamp]
    files: Mapping[str, Stamp] = field(default_factory=dict)
    probe: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files that lie here."""
        return sum(stamp.size for stamp in self.files.values())


def read(folder: Path) -> Lock | None:
    """Read the lock file of ``folder``, or None where there is none. Raises ModelError when it is broken."""
    try:
        text = (folder / NAME).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(folder, str(error)) from error
    return parse(text, folder)


def parse(text: str, folder: Path) -> Lock:
    """Read the text of a lock file that lies, or will lie, in ``folder``. Raises ModelError."""
    try:
        record = json.loads(text)
        if record.pop("schema") != SCHEMA:
            raise _broken(folder, "it was written by another version of diplosum")
        stamps = {
            key: {name: Stamp(int(entry["size"]), str(entry["digest"])) for name, entry in record.pop(key).items()}
            for key in ("hosted", "files")
        }
        return Lock(**(record | stamps))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _broken(folder, f"it holds no lock ({error})") from error


def _broken(folder: Path, reason: str) -> ModelError:
    return ModelError(
        f"cannot be read: {reason}", where=str(folder / NAME), hint=f"diplosum models pull --force {folder.name}"
    )


def text(lock: Lock) -> str:
    """Write a lock as JSON; the same lock gives the same bytes."""
    record: dict[str, Any] = {"schema": SCHEMA} | asdict(lock)
    return json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write(folder: Path, lock: Lock) -> None:
    """Put the lock file into ``folder``, whole or not at all."""
    new = folder / f"{NAME}.new"
    new.write_text(text(lock), "utf-8")
    new.replace(folder / NAME)


def filled(lock: Lock, folder: Path, probe: Mapping[str, str]) -> Lock:
    """Complete a lock with what lies in ``folder`` now and how it was probed."""
    names = sorted(path.relative_to(folder).as_posix() for path in _inside(folder))
    return replace(lock, files={name: stamp(folder / name) for name in names}, probe=probe)


def renewed(lock: Lock, folder: Path, part: str) -> Lock:
    """Stamp the files of the subfolder ``part`` anew, and leave those of all others as they were."""
    kept = {name: found for name, found in lock.files.items() if not name.startswith(f"{part}/")}
    new = {path.relative_to(folder).as_posix(): stamp(path) for path in _inside(folder / part)}
    return replace(lock, files={**kept, **new})


def faults(folder: Path, lock: Lock) -> list[str]:
    """List what is not as the lock says, a line each: files that are gone, changed, or were never pulled."""
    found = {path.relative_to(folder).as_posix() for path in _inside(folder)}
    wrong = [f"{name} is missing" for name in sorted(lock.files.keys() - found)]
    wrong += [f"{name} was not pulled" for name in sorted(found - lock.files.keys())]
    for name in sorted(lock.files.keys() & found):
        if fault := differs(folder / name, lock.files[name]):
            wrong.append(f"{name} {fault}")
    return wrong


def differs(path: Path, expected: Stamp) -> str | None:
    """Say in which way a file is not the one that was stamped, or None."""
    if path.stat().st_size != expected.size:
        return f"has {path.stat().st_size:,} bytes instead of {expected.size:,}"
    found = stamp(path, git=expected.digest.startswith("git:")).digest
    return None if found == expected.digest else f"has another hash, {found} instead of {expected.digest}"


def stamp(path: Path, *, git: bool = False) -> Stamp:
    """Hash a file, as git does it if asked to."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.sha1(usedforsecurity=False) if git else hashlib.sha256()
        if git:
            digest.update(b"blob %d\0" % size)
        while block := file.read(_BLOCK):
            digest.update(block)
    return Stamp(size, f"{'git' if git else 'sha256'}:{digest.hexdigest()}")


def _inside(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir() and path != folder / NAME]
