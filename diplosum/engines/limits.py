"""What both engines that generate refuse or survive: texts too long to be read, batches too large for memory."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from diplosum.catalog import ModelSpec
from diplosum.engine import Generation, Say
from diplosum.errors import GenerationError

Token = TypeVar("Token", int, str)


def refuse_long(spec: ModelSpec, rows: Sequence[Sequence[object]]) -> None:
    """Raise GenerationError for a row of more tokens than the model reads: nothing is ever cut on the way in."""
    longest = max(map(len, rows), default=0)
    if longest > spec.max_source_tokens:
        raise GenerationError(
            f"a text of {longest} tokens is longer than the {spec.max_source_tokens} that the model reads",
            where=spec.name,
            hint="put spaces into its longest words, or raise max_source_tokens in models.toml",
        )


def within_memory(
    rows: list[list[Token]],
    search: Callable[[list[list[Token]]], list[Generation]],
    recover: Callable[[BaseException], bool],
    *,
    spec: ModelSpec,
    say: Say,
) -> list[Generation]:
    """Search rows; where memory does not suffice, half of them at a time.

    ``recover`` tells whether an error means that memory ran out, and then frees what it can. Raises GenerationError
    when a single row is too much.
    """
    if not rows:
        return []
    try:
        return search(rows)
    except (RuntimeError, MemoryError) as error:
        if not recover(error):
            raise
        if len(rows) == 1:
            raise GenerationError(
                f"out of memory for a single text of {len(rows[0])} tokens",
                where=spec.name,
                hint="close other programs, or try --beams 1, --device cpu or a smaller model",
            ) from error
    # Out here, because the traceback of the error would keep what the failed attempt holds in memory.
    half = (len(rows) + 1) // 2
    say(f"out of memory for {len(rows)} texts at once; going on with {half}")
    return [
        made for part in (rows[:half], rows[half:]) for made in within_memory(part, search, recover, spec=spec, say=say)
    ]
