"""Corpus in, clean pairs by domain out, with the counts of what was left out. Goes on where it stopped.

WORK/prepared/
  DOMAIN.tsv     pairs to learn from: Arabic TAB English
  held-out.tsv   pairs of the same sources to validate on
  counts.json    of each source: read, kept, left out by reason
  sound/         pairs of each source before likeness is looked at
  likeness/      cosines of sentence vectors, a file for each part of a source
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from math import ceil
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diplosum.fidelity import vectors
from training import files, sources
from training.cleaning import Filter, Leaks, key
from training.clock import Clock
from training.sources import Pair, Source

_PART = 4096  # pairs whose vectors are computed at a time


def prepare(data: Path, work: Path, clock: Clock, cores: int) -> Path:
    """Make WORK/prepared, unless it is there, or came from elsewhere and the corpus did not come with it.

    Raises :class:`training.clock.Out` when the time is up.
    """
    folder, known = work / "prepared", sources.load()
    stamp = _stamp(data, known)
    done = files.read_json(folder / "counts.json")
    if done and (done["stamp"] == stamp or not (data / "corpus").is_dir()):
        return folder
    counts = _sift(known, data, folder, stamp)
    found = {source.name: sources.pairs_of(folder / "sound" / f"{source.name}.tsv") for source in known}
    clock.say(f"{sum(map(len, found.values())):,} sound pairs of {sum(c['read'] for c in counts.values()):,}")
    for source in known:
        sound = len(found[source.name])
        found[source.name] = _alike(source, found[source.name], folder, clock, cores)
        counts[source.name]["unlike"] = sound - len(found[source.name])
    held_out = [pair for source in known for pair in _held_out(source, found[source.name])]
    leaks = Leaks([held_out])
    domains: dict[str, list[Pair]] = defaultdict(list)
    for source in known:
        kept = [pair for pair in found[source.name] if not leaks.gives_away(key(pair.arabic), key(pair.english))]
        counts[source.name]["held out"] = len(found[source.name]) - len(kept)
        counts[source.name]["kept"] = len(kept)
        domains[source.domain] += kept
    for name, pairs in [*domains.items(), ("held-out", held_out)]:
        sources.write(folder / f"{name}.tsv", pairs)
    files.write_json(folder / "counts.json", {"stamp": stamp, "sources": counts})
    return folder


def _sift(known: Sequence[Source], data: Path, folder: Path, stamp: str) -> dict[str, Counter[str]]:
    """Write the sound pairs of each source to files, unless an earlier piece did; counts by source."""
    done = files.read_json(folder / "sound" / "counts.json")
    if done and done["stamp"] == stamp:
        return {name: Counter(row) for name, row in done["sources"].items()}
    sift = Filter(Leaks(sources.evaluation(data).values()))
    counts: dict[str, Counter[str]] = {source.name: Counter() for source in known}
    for source in known:
        sources.write(
            folder / "sound" / f"{source.name}.tsv", sift.sift(sources.read(source, data), counts[source.name])
        )
    files.write_json(folder / "sound" / "counts.json", {"stamp": stamp, "sources": counts})
    return counts


def report(folder: Path) -> list[str]:
    """Lines of a table: what each source had, and why it lost what."""
    counts = {name: Counter(row) for name, row in files.read_json(folder / "counts.json")["sources"].items()}
    reasons = sorted({reason for row in counts.values() for reason in row} - {"read", "kept"})
    total = sum(counts.values(), Counter())
    lines = [f"{'source':22}{'read':>9}{'kept':>9}  left out"]
    for name, row in [*counts.items(), ("all", total)]:
        why = ", ".join(f"{reason} {row[reason]:,}" for reason in reasons if row[reason])
        lines.append(f"{name:22}{row['read']:9,}{row['kept']:9,}  {why}")
    return lines


def kept(folder: Path) -> dict[str, int]:
    """How many pairs of each source are learned from."""
    return {name: row["kept"] for name, row in files.read_json(folder / "counts.json")["sources"].items()}


def domains(folder: Path) -> dict[str, list[Pair]]:
    """Read the pairs to learn from."""
    return {path.stem: sources.pairs_of(path) for path in sorted(folder.glob("*.tsv")) if path.stem != "held-out"}


def _stamp(data: Path, known: Sequence[Source]) -> str:
    """Tell what the result depends on: the table, the files by name and size, the evaluation sets."""
    used = [path for source in known for path in sources.paths(source, data)] + sorted((data / "eval").glob("*.tsv"))
    facts = [sources.TABLE.read_text("utf-8"), *(f"{path.name} {path.stat().st_size}" for path in used)]
    return sha256(json.dumps(facts).encode()).hexdigest()[:12]


def _held_out(source: Source, pairs: Sequence[Pair]) -> list[Pair]:
    """Whichever come first by their hash, a twentieth at most: always the same, and none in preference."""
    count = min(source.held_out, ceil(len(pairs) / 20))
    return sorted(pairs, key=lambda pair: sha256("\t".join(pair).encode()).digest())[:count]


def _alike(source: Source, pairs: list[Pair], folder: Path, clock: Clock, cores: int) -> list[Pair]:
    """Leave out pairs whose sides mean different things, by their sentence vectors."""
    if not (source.cosine and pairs):
        return pairs
    parts = [pairs[start : start + _PART] for start in range(0, len(pairs), _PART)]
    names = [folder / "likeness" / f"{source.name}-{_digest(part)}.npy" for part in parts]
    missing = [(part, name) for part, name in zip(parts, names, strict=True) if not name.is_file()]
    if cores > 1 and len(missing) > 1:
        pool = ProcessPoolExecutor(cores, mp_context=get_context("spawn"))
        try:
            for made in [pool.submit(_measure, part, name) for part, name in missing]:
                made.result()
                clock.check()
        finally:
            pool.shutdown(cancel_futures=True)
    else:
        for part, name in missing:
            clock.check()
            _measure(part, name)
    likeness = np.concatenate([np.load(name) for name in names])
    kept = [pair for pair, value in zip(pairs, likeness, strict=True) if value >= source.cosine]
    clock.say(f"{source.name}: {len(kept):,} of {len(pairs):,} pairs are alike enough")
    return kept


def _digest(pairs: Sequence[Pair]) -> str:
    return sha256("\n".join("\t".join(pair) for pair in pairs).encode()).hexdigest()[:12]


def _measure(pairs: Sequence[Pair], path: Path) -> None:
    files.write(path, lambda beside: _save(beside, cosines(pairs)))


def _save(path: Path, values: NDArray[np.float32]) -> None:
    with path.open("wb") as file:
        np.save(file, values)


def cosines(pairs: Sequence[Pair]) -> NDArray[np.float32]:
    """Likeness of the two sides of each pair, by the encoder that picks sentences for summaries."""
    sides = [vectors.of_sentences([pair[side] for pair in pairs]) for side in (0, 1)]
    return np.einsum("ij,ij->i", *sides)
