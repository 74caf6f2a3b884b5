"""What is learned in which order: rounds of pairs, drawn by domain, changed, and packed into batches.

A round depends on the settings, the phase and its number alone, so that work that was broken off goes on exactly.
Its parts are made by other processes while the model learns from the round before.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple, Self

from training import prepare
from training.augment import Names, augment, load_names
from training.settings import Phase, Settings
from training.sources import Pair
from training.vocabulary import UNKNOWN, Vocabulary

_PARTS = 8  # of a round
_MASKED, _DROPPED, _REACH = 0.25, 0.1, 3  # share of tokens; how far tokens may move


class Row(NamedTuple):
    """Numbers of the tokens of both sides."""

    source: list[int]
    target: list[int]


class Origin(NamedTuple):
    """Where everything is that rows are made of; each process reads it for itself."""

    data: Path
    prepared: Path
    vocabulary: Path


@dataclass(frozen=True, slots=True)
class Mixture:
    """Pairs by domain, and how many of each a round draws."""

    pairs: Mapping[str, Sequence[Pair]]
    counts: Mapping[str, int]
    seed: int

    @classmethod
    def of(cls, pairs: Mapping[str, Sequence[Pair]], shares: Mapping[str, float], size: int, seed: int) -> Self:
        """Draw about ``size`` pairs a round; ``shares`` are of the English words. Raises ValueError without pairs."""
        lengths = {
            name: sum(len(pair.english.split()) for pair in pairs[name]) / len(pairs[name])
            for name, share in shares.items()
            if share and pairs.get(name)
        }
        if not lengths:
            raise ValueError("no domain that has a share has pairs")
        parts = {name: shares[name] / length for name, length in lengths.items()}
        counts = {name: round(size * part / sum(parts.values())) for name, part in parts.items()}
        return cls(pairs, {name: count for name, count in counts.items() if count}, seed)

    def draw(self, number: int) -> list[Pair]:
        """Pairs of round ``number``: all of a domain come before one of them comes again."""
        drawn = []
        for name, count in self.counts.items():
            pairs = self.pairs[name]
            for place in range(number * count, (number + 1) * count):
                time, position = divmod(place, len(pairs))
                drawn.append(pairs[_order(len(pairs), f"{self.seed} {name} {time}")[position]])
        return drawn


@lru_cache(maxsize=64)
def _order(count: int, seed: str) -> list[int]:
    order = list(range(count))
    Random(seed).shuffle(order)
    return order


class _Origins(NamedTuple):
    pairs: Mapping[str, Sequence[Pair]]
    names: Names
    vocabulary: Vocabulary


@cache
def _read(origin: Origin) -> _Origins:
    return _Origins(prepare.domains(origin.prepared), load_names(origin.data), Vocabulary(origin.vocabulary))


def part(origin: Origin, settings: Settings, phase: Phase, number: int, which: int) -> list[Row]:
    """Make one of the parts of a round."""
    pairs, names, vocabulary = _read(origin)
    drawn = Mixture.of(pairs, phase.shares, settings.round_pairs, settings.seed).draw(number)[which::_PARTS]
    random = Random(f"{settings.seed} {phase.name} {number} {which}")
    if phase.name == "denoise":
        texts = [random.choice(augment(pair, settings.augment, names, random)) for pair in drawn]
        rows = [Row(spoil(target, random), target) for target in vocabulary.encode(texts)]
    else:
        changed = [augment(pair, settings.augment, names, random) for pair in drawn]
        sides = [vocabulary.encode([pair[side] for pair in changed]) for side in (0, 1)]
        rows = [Row(*row) for row in zip(*sides, strict=True)]
    return [row for row in rows if max(map(len, row)) <= settings.max_tokens]


def spoil(row: Sequence[int], random: Random) -> list[int]:
    """Hide, drop and move tokens; </s> stays at the end. <unk>, which no text has, stands for what is hidden."""
    body = [n for n in row[:-1] if random.random() >= _DROPPED]
    body = [UNKNOWN if random.random() < _MASKED else n for n in body]
    body = [n for at, n in enumerate(body) if n != UNKNOWN or at == 0 or body[at - 1] != UNKNOWN]
    moved = sorted(range(len(body)), key=lambda at: at + random.uniform(0, _REACH))
    return [*(body[at] for at in moved), row[-1]]


def batches(rows: Sequence[Row], tokens: int, random: Random) -> list[list[Row]]:
    """Rows of like length together, ``tokens`` of both sides at most with padding; the batches in any order."""
    shuffled = random.sample(rows, len(rows))
    made: list[list[Row]] = []
    source = target = 0
    for row in sorted(shuffled, key=lambda row: (len(row.target), len(row.source))):
        source, target = max(source, len(row.source)), max(target, len(row.target))
        if not made or (len(made[-1]) + 1) * (source + target) > tokens:
            made.append([])
            source, target = len(row.source), len(row.target)
        made[-1].append(row)
    random.shuffle(made)
    return made


class Rounds:
    """Batches of a phase, round after round, the next one made while one is used. A context manager."""

    def __init__(self, origin: Origin, settings: Settings, phase: Phase, cores: int) -> None:
        self._work = (origin, settings, phase)
        self._pool = ProcessPoolExecutor(cores - 1, mp_context=get_context("spawn")) if cores > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def start(self, number: int, skip: int) -> Iterator[tuple[int, int, list[Row]]]:
        """Yield round, place in it, and batch, from a place on, for ever."""
        _, settings, phase = self._work
        coming = self._order(number)
        while True:
            rows = [row for made in coming for row in (made.result() if isinstance(made, Future) else made)]
            coming = self._order(number + 1) if self._pool else []
            random = Random(f"{settings.seed} {phase.name} {number}")
            made = batches(rows, settings.batch_tokens, random)
            for place, batch in enumerate(made):
                if place >= skip:
                    yield number, place, batch
            number, skip = number + 1, 0
            coming = coming or self._order(number)

    def _order(self, number: int) -> list[Future[list[Row]] | list[Row]]:
        if self._pool:
            return [self._pool.submit(part, *self._work, number, which) for which in range(_PARTS)]
        return [part(*self._work, number, which) for which in range(_PARTS)]
