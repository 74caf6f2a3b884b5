"""The place of one model in the store: what is installed there, what is being made, and who is at work on it.

::

    NAME/            what is installed; only put in and taken out as a whole
    .NAME.partial/   what is being made; a pull that was interrupted goes on there
    .NAME.old/       what was installed before, for the moment between two renamings
    .NAME.lock       held by the process that is at work on NAME
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diplosum import lock, store
from diplosum.engine import Say
from diplosum.errors import ModelError
from diplosum.lock import Lock
from diplosum.size import size

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the model ``name`` stands in the store, or will stand."""

    name: str

    @property
    def target(self) -> Path:
        """What is installed."""
        return store.folder() / self.name

    @property
    def partial(self) -> Path:
        """What is being made."""
        return store.folder() / f".{self.name}.partial"

    @property
    def old(self) -> Path:
        """What was installed before."""
        return store.folder() / f".{self.name}.old"

    def installed(self) -> Lock | None:
        """Return the lock of what is installed, or None. Raises ModelError when no pull can have put it there."""
        found = lock.read(self.target)
        if found is None and self.target.exists():
            hint = f"move it away, or replace it: diplosum models pull --force {self.name}"
            raise ModelError("holds files that no pull put there", where=str(self.target), hint=hint)
        return found

    def install(self) -> None:
        """Put what was made into the store, in the place of what was there."""
        for path in self.partial.rglob("*"):
            if path.is_file():
                with path.open("rb+") as file:
                    os.fsync(file.fileno())  # on the disk before its name is
        if self.target.exists():
            self.target.rename(self.old)
        self.partial.rename(self.target)
        shutil.rmtree(self.old, ignore_errors=True)

    def remove(self) -> None:
        """Take what is installed, or was begun, out of the store."""
        if self.target.exists():
            self.target.rename(self.old)
        for folder in (self.partial, self.old):
            if folder.exists():
                shutil.rmtree(folder)

    def recover(self) -> None:
        """Undo what a process that was killed between two renamings left."""
        if self.old.exists() and not self.target.exists() and self.partial.exists():
            self.old.rename(self.target)
        shutil.rmtree(self.old, ignore_errors=True)


def remove(name: str, say: Say) -> None:
    """Delete the model ``name`` from the store, and what an interrupted pull of it left. Raises ModelError."""
    with alone(name, say) as place:
        there = [folder for folder in (place.target, place.partial) if folder.exists()]
        if not there:
            hint = (
                "diplosum models shows what is installed where; what lies in another cache is not diplosum's to delete"
            )
            raise ModelError("is not in the model store", where=name, hint=hint)
        freed = sum(path.stat().st_size for folder in there for path in folder.rglob("*") if path.is_file())
        place.remove()
        say(f"{name}: removed, {size(freed)} freed")


@contextmanager
def alone(name: str, say: Say) -> Iterator[Place]:
    """Be the only process that works on ``name``, after waiting for another. What the disk refuses is a ModelError."""
    from filelock import FileLock, Timeout

    with in_words(name):
        store.folder().mkdir(parents=True, exist_ok=True)
        waiting = FileLock(store.folder() / f".{name}.lock")
        try:
            waiting.acquire(timeout=0)
        except Timeout:
            say(f"{name}: another process is at work on it; waiting")
            waiting.acquire()
        try:
            place = Place(name)
            place.recover()
            yield place
        finally:
            waiting.release()


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turn what the disk refuses into a ModelError."""
    try:
        yield
    except BrokenPipeError:  # nobody reads what is said, which is no matter of the disk
        raise
    except OSError as error:
        where = str(error.filename or store.folder())
        if error.errno in _FULL:
            hint = f"make room, then again: diplosum models pull {name}; what has come is kept"
            raise ModelError(f"the disk is full, and {name} is not complete", where=where, hint=hint) from error
        hint = "give yourself the right to write there, or set DIPLOSUM_HOME to another folder"
        raise ModelError(f"the store cannot be changed: {error.strerror or error}", where=where, hint=hint) from error
