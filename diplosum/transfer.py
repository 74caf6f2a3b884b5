"""Pulling for a person: how far the download is, and the question about the licence."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from diplosum import installation
from diplosum.catalog import ModelSpec
from diplosum.engine import Say
from diplosum.hub import Arrived
from diplosum.installation import Pull
from diplosum.lock import Stamp
from diplosum.render import safe
from diplosum.size import size
from diplosum.voice import Voice


def pull(spec: ModelSpec, voice: Voice, *, update: bool = False, force: bool = False, accept: bool = False) -> None:
    """Install a model; on a terminal with bars and questions, elsewhere with a line a file. Raises ModelError."""
    asks = sys.stdin.isatty() and sys.stderr.isatty()
    wish = Pull(
        update=update,
        force=force,
        accept=lambda question: accept or (asks and voice.ask(question)),
        say=voice.tell,
        detail=voice.detail,
    )
    watched = sys.stderr.isatty() and not voice.quiet
    installation.pull(spec, wish, bars if watched else partial(lines, say=voice.tell, where=spec.name))


@contextmanager
def bars(files: Mapping[str, Stamp]) -> Iterator[Arrived]:
    """Show a bar for each file that comes and one for all, with bytes, speed and time left, on standard error."""
    from rich.console import Console  # 60 ms, and only for a person who watches
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        everything = progress.add_task("all files", total=sum(stamp.size for stamp in files.values()))
        rows = {name: progress.add_task(safe(name), total=stamp.size, visible=False) for name, stamp in files.items()}
        here = dict.fromkeys(files, 0)

        def arrived(name: str, count: int) -> None:
            here[name] = count
            progress.update(rows[name], completed=count, visible=count < files[name].size)
            progress.update(everything, completed=sum(here.values()))

        yield arrived


@contextmanager
def lines(files: Mapping[str, Stamp], *, say: Say, where: str) -> Iterator[Arrived]:
    """Say of each file from where on it is fetched, and that it is here: a line each, for a log."""
    said: set[tuple[str, bool]] = set()

    def arrived(name: str, count: int) -> None:
        total = files[name].size
        if (name, count == total) not in said and count in {0, total}:
            said.add((name, count == total))
            if count == total:
                say(f"{where}: {name}, {size(total)}")
        elif (name, False) not in said:
            said.add((name, False))
            say(f"{where}: {name} goes on after {size(count)} of {size(total)}")

    yield arrived
