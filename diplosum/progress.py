"""How far generation is, on standard error: a bar that is there while a model works and away while results are written.

Results may go to the same terminal, where they would be mixed with it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_CANNOT = {"dumb", "unknown"}  # terminals that cannot take a line back


class Bar:
    """A bar that comes with :meth:`advance` and goes with :meth:`hide`."""

    def __init__(self) -> None:
        from rich.console import Console  # 60 ms, and only for a person who watches
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("sentences"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        # Nothing is redirected: rich would send the results, which go to standard output, to its own console.
        self._bar = Progress(
            *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._task = self._bar.add_task("", rate="")

    def advance(self, done: int, total: int, words: int) -> None:
        """Show that so many texts of all are done, and how fast source words went by; see answer.Progress."""
        if done == 0:
            self._bar.reset(self._task, total=total)
        rate = f"{words / (self._bar.tasks[0].elapsed or 1):.0f} words/s"
        self._bar.update(self._task, completed=done, rate=rate)
        if done == total:
            self.hide()
        else:
            self._bar.start()
            self._bar.refresh()

    def hide(self) -> None:
        """Take the bar away; the next advance brings it back."""
        self._bar.stop()


class Silence:
    """No bar, where nobody watches."""

    def advance(self, _done: int, _total: int, _words: int) -> None:
        """Say nothing."""

    def hide(self) -> None:
        """Have nothing to hide."""


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Bar | Silence]:
    """Give a bar if a person watches standard error."""
    shown = not quiet and sys.stderr.isatty() and os.environ.get("TERM") not in _CANNOT
    bar = Bar() if shown else Silence()
    try:
        yield bar
    finally:
        bar.hide()
