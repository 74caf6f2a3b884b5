"""The door of the checks: what of an output cannot be trusted beside its source. Each room compares one thing."""

from collections.abc import Callable, Sequence
from itertools import chain

from diplosum import arabic
from diplosum.finding import Finding

Check = Callable[[str, str], list[Finding]]


def compare(source: str, output: str) -> list[Finding]:
    """Compare an Arabic sentence with its English output; nothing is found where the source has no Arabic letters."""
    (found,) = compare_many([(source, output)])
    return found


def compare_many(pairs: Sequence[tuple[str, str]]) -> list[list[Finding]]:
    """Compare sentences with their outputs, in less time than one by one."""
    readable = [arabic.has_letters(source) for source, _ in pairs]
    if not any(readable):
        return [[] for _ in pairs]
    # Late: numpy and the encoder take 0.6 s, which a first answer need not wait for.
    from diplosum.fidelity import coverage, dates, gaps, loops, meaning, names, negation, numbers, quotation, vectors

    rooms: tuple[Check, ...] = (
        *(numbers.check, dates.check, names.check, quotation.check, negation.check),
        *(coverage.check, loops.check, meaning.check),
    )
    read = (gaps.reads(*pair) for pair, wanted in zip(pairs, readable, strict=True) if wanted)
    vectors.learn(chain.from_iterable(read))
    return [
        [finding for check in rooms for finding in check(*pair)] if wanted else []
        for pair, wanted in zip(pairs, readable, strict=True)
    ]
