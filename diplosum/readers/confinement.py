"""A reader at work in a process of its own, bounded in time and memory and without sockets.

Documents come from strangers, and the libraries that read them are large; some are written in C. What goes wrong
there, a crash included, ends the child and becomes an InputError.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress

from diplosum.errors import InputError
from diplosum.readers import Reader
from diplosum.readers.content import Content

MEMORY = 2_000_000_000  # bytes of address space; 100 MB of HTML, as markup a tree of ten times its size, need half
SECONDS = 120  # of processor time; a PDF of a thousand pages takes a quarter
_PATIENCE = 5  # times as long by the clock: the machine may be busy

_INSTALL = "pip install 'diplosum[documents]'"


def extract(reader: Reader, data: bytes, where: str) -> Content:
    """Read a document. Raises InputError, also where the extra ``documents`` is not installed."""
    # -P: the child must not import what lies in the working folder, as -m otherwise would.
    command = [sys.executable, "-P", "-m", __name__.rpartition(".")[0], reader.module]
    said = None if os.environ.get("DIPLOSUM_DEBUG") else subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
            command, input=data, stdout=subprocess.PIPE, stderr=said, timeout=SECONDS * _PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"this {reader.name} takes too long to read", where=where, hint=_AS_TEXT) from None
    if done.returncode:
        raise InputError(
            f"this {reader.name} takes more than {SECONDS} s or {MEMORY // 10**9} GB to read, or breaks its reader",
            where=where,
            hint=_AS_TEXT,
        )
    record = json.loads(done.stdout)
    if "missing" in record:
        what = f"{record['missing']} is needed to read {reader.name}, and is not installed"
        raise InputError(what, where=where, hint=_INSTALL)
    if "error" in record:
        raise InputError(record["error"], where=where, hint=record["hint"] or _AS_TEXT)
    return Content.of(record)


_AS_TEXT = "open it in the program that made it and save it as plain text (UTF-8)"


def confine() -> None:
    """Bound what this process can take, and keep it from the network, for good."""

    def refuse(event: str, _arguments: object) -> None:
        if event.startswith("socket."):
            raise PermissionError("a document is read without the network")

    sys.addaudithook(refuse)
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits, some systems not all of them
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
