"""Time that a piece of work has, and a voice that says how far it is."""

import sys
import time
from math import inf


class Out(Exception):  # noqa: N818 - no error: the piece is over, and the next goes on
    """The time is up; everything that was done is kept."""


class Clock:
    """Counts from when it is made."""

    def __init__(self, minutes: float = inf, *, quiet: bool = False) -> None:
        self._start = time.monotonic()
        self._seconds = 60 * minutes
        self._quiet = quiet

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    @property
    def is_up(self) -> bool:
        """Whether the time is used up."""
        return self.seconds >= self._seconds

    def check(self) -> None:
        """Raise :class:`Out` when the time is up."""
        if self.is_up:
            raise Out

    def say(self, line: str) -> None:
        """Print a line with the seconds that have gone."""
        if not self._quiet:
            print(f"[{self.seconds:7.1f}] {line}", flush=True, file=sys.stderr)
