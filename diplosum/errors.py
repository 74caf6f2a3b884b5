"""What can go wrong, and the exit status that says so.

::

    DiplosumError
      x InputError         3   no such file, unreadable, empty, not Arabic
      x CatalogError       4   models.toml missing or wrong; unknown model; model of the wrong task
      x ModelError         5   not installed, revision not found, checkpoint broken, engine missing
      x GenerationError    6   out of memory, nothing generated after retries
      x FidelityError      7   --strict, and something that is wrong beyond doubt remains

Every error says what is wrong, where, and what to type next.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit status of the program; the README prints this table."""

    OK = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    CATALOG = 4
    MODEL = 5
    GENERATION = 6
    FIDELITY = 7
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class DiplosumError(Exception):
    """An error that a user can act on.

    ``message`` says what is wrong, ``where`` names the file, model or place, ``hint`` says what to do next.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self._what()}\n  {self.hint}" if self.hint else self._what()

    @property
    def line(self) -> str:
        """The same on one line, for an input among several."""
        return f"{self._what()} ({self.hint})" if self.hint else self._what()

    def _what(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InputError(DiplosumError):
    """The text to work on cannot be had."""

    exit_code = ExitCode.INPUT


class CatalogError(DiplosumError):
    """``models.toml``, or what was asked of it, is wrong."""

    exit_code = ExitCode.CATALOG


class ModelError(DiplosumError):
    """A model is not there, is not what it should be, or cannot be loaded."""

    exit_code = ExitCode.MODEL


class GenerationError(DiplosumError):
    """A loaded model could not answer."""

    exit_code = ExitCode.GENERATION


class FidelityError(DiplosumError):
    """A result stands that must not be trusted, and the user asked to be told so."""

    exit_code = ExitCode.FIDELITY
