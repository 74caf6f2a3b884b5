"""What an engine is, and how one is opened.

An engine knows tokens, devices and weights; it does not know documents, files or terminals.
The modules in ``diplosum.engines`` are reached only by name, through :func:`open_engine`, because importing one may
cost seconds (torch and transformers: about 4 s of CPU time; ctranslate2: 0.1 s).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self, cast

from diplosum.errors import ModelError

if TYPE_CHECKING:
    from diplosum.catalog import ModelSpec

EngineName = Literal["hf", "ct2"]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Decoding:
    """How hypotheses are searched for; one per call of :meth:`Engine.generate`.

    The length limit of a row is ``min(max_target_tokens, ceil(length_factor * source tokens) + length_margin)``, so a
    row's limit does not depend on the other rows of its batch. Of the ``beams``, so many ``hypotheses`` are answered.
    """

    beams: int
    max_target_tokens: int
    length_factor: float
    length_margin: int
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    hypotheses: int = 1

    def limit(self, source_tokens: int) -> int:
        """Most target tokens for a source of ``source_tokens`` tokens, end-of-sentence included."""
        return min(self.max_target_tokens, -int(-self.length_factor * source_tokens // 1) + self.length_margin)


@dataclass(frozen=True, slots=True)
class Generation:
    """A hypothesis: its text, the log-probability per token, token counts, and whether it hit its length limit.

    ``others``: what else the search found, best first, as many as :class:`Decoding` asks for, or fewer.
    """

    text: str
    score: float
    tokens_in: int
    tokens_out: int
    truncated: bool
    others: tuple["Generation", ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that was decided for the user, with the reason: ``device cpu, because no GPU is visible``."""

    what: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what} {self.value}, because {self.reason}"


class Counter(Protocol):
    """Counts tokens as the model will, special tokens included; loads a tokenizer, no weights."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in order."""
        ...


class Engine(Counter, Protocol):
    """A loaded model. A context manager; one is open at a time."""

    name: EngineName
    choices: tuple[Choice, ...]

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generation]:
        """Answer each text of one batch, in order.

        Raises GenerationError when memory does not suffice for a single row, or when a text is longer than the model
        can read: nothing is ever truncated on the way in.
        """
        ...

    def rows(self, beams: int) -> int:
        """Say how many rows a batch has at most, so that the engine is fast on this machine."""
        ...

    def close(self) -> None:
        """Free the weights."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class OpenEngine(Protocol):
    """The type of :func:`open_engine`; tests pass one that opens something smaller."""

    def __call__(self, spec: "ModelSpec", folder: Path, *, name: EngineName, device: str, say: Say) -> Engine:
        """Load the weights in ``folder``; see :func:`open_engine`."""
        ...


class _EngineModule(Protocol):
    def open_engine(self, spec: "ModelSpec", folder: Path, *, device: str, say: Say) -> Engine: ...

    def open_counter(self, spec: "ModelSpec", folder: Path) -> Counter: ...


def _module(name: EngineName) -> _EngineModule:
    try:
        return cast("_EngineModule", import_module(f"diplosum.engines.{name}"))
    except ImportError as error:
        raise ModelError(
            f"engine {name} cannot be loaded: {error}", hint="pip install --force-reinstall diplosum"
        ) from error


def open_engine(spec: "ModelSpec", folder: Path, *, name: EngineName, device: str, say: Say) -> Engine:
    """Load the weights in ``folder``, described by ``spec``, into engine ``name`` on ``device``.

    ``device`` is ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; ``say`` receives lines for a user who asked for
    details. Raises ModelError.
    """
    return _module(name).open_engine(spec, folder, device=device, say=say)


def open_counter(spec: "ModelSpec", folder: Path, *, name: EngineName) -> Counter:
    """Load only the tokenizer in ``folder``. Raises ModelError."""
    return _module(name).open_counter(spec, folder)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that a summary may take: the model's copy of it, its paragraph (from 0), whether it is a heading."""

    text: str
    paragraph: int
    heading: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """A candidate that was taken: its position among the candidates, and how well it scored (0 to 1 or so)."""

    position: int
    score: float


class Selector(Protocol):
    """The module ``diplosum.engines.extractive``: it picks sentences and writes none."""

    @staticmethod
    def select(candidates: Sequence[Candidate], count: int) -> list[Pick]:
        """Pick at most ``count`` of the candidates, in their order."""
        ...


def open_selector() -> Selector:
    """Load the embedded summarizer: 0.1 s of imports (numpy, sentencepiece); its weights wait for the first call."""
    return cast("Selector", import_module("diplosum.engines.extractive"))
