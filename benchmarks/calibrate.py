"""Make diplosum/fidelity/calibration.toml: ``python benchmarks/calibrate.py [SET.tsv]``; nothing else writes it.

From the odd lines of a set (Arabic, a tab, an English reference) come the usual length, the weights of the evidence
that something is missing or added, and the thresholds; from all lines, the percentiles of meaning. The even lines are
left to see whether that holds: ``benchmarks/fidelity.py``.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import fidelity
import measure
import numpy as np
from fidelity import Pair
from numpy.typing import NDArray

from diplosum.fidelity import calibration, gaps, vectors

TARGET = measure.ROOT / "diplosum" / "fidelity" / "calibration.toml"
_PERCENTS = (0.0, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 75, 100)
# Log odds that warn, and fail: under 1.5 % and under 0.5 % of the odd lines have something missing by them, none added.
_GRADES = {"missing": (2.3, 5.0), "added": (3.4, 6.0)}
_RIDGE = 0.01
_LEAST = 4  # words of a clause
_ROUNDS = 5  # of fitting, and choosing the likeliest gap by what was fitted
_DRAFT = calibration.Weights((0.9, 8.0, 1.4, -5.0, 2.0, 1.5), 0.0, -1e9, -1e9)  # nothing is left out


def length(pairs: Sequence[Pair]) -> calibration.Length:
    """Fit mean and variance, which falls with length; the least and the greatest 2 % are left out."""
    ratios = np.array([np.log(len(pair.reference) / len(pair.source)) for pair in pairs])
    low, high = np.percentile(ratios, [2, 98])
    kept = (ratios >= low) & (ratios <= high)
    mean = float(ratios[kept].mean())
    short = 1 / np.array([len(pair.source) for pair in pairs])[kept]
    design = np.stack([np.ones(len(short)), short], axis=1)
    (variance, of_short), *_ = np.linalg.lstsq(design, (ratios[kept] - mean) ** 2, rcond=None)
    return calibration.Length(mean, max(0.01, float(variance)), max(0.0, float(of_short)))


def likeliest(found: Sequence[Sequence[gaps.Gap]], given: calibration.Weights) -> NDArray[np.float64]:
    """Take what is weighed of the likeliest gap of each pair that has any."""
    best = (gaps.likeliest(one, given) for one in found)
    return np.array([gap.features for gap in best if gap])


def regression(good: NDArray[np.float64], bad: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Fit a logistic regression by Newton's method, with a little ridge."""
    rows = np.concatenate([good, bad])
    design = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    wanted = np.concatenate([np.zeros(len(good)), np.ones(len(bad))])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        odds = 1 / (1 + np.exp(-design @ weights))
        curve = (design * (odds * (1 - odds))[:, None]).T @ design + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curve, design.T @ (wanted - odds) - _RIDGE * weights)
    return weights[:-1], float(weights[-1])


def clauses_cut(source: str) -> list[str]:
    """Take away what stands before the first comma of a source, or behind the last: its reference says more then."""
    first, last = source.partition("،"), source.rpartition("،")
    long = min(len(first[0].split()), len(last[2].split())) >= _LEAST
    return [first[2].strip(), last[0] + "."] if first[1] and long else []


def weights(pairs: Sequence[Pair], side: gaps.Side, corruptions: Sequence[fidelity.Corruption]) -> dict[str, Any]:
    """Fit the weights of one side on references and on references that one mistake was put into."""
    draw = random.Random(5)  # noqa: S311 - reproducible, not secret
    changed = [
        (pair.source, made)
        for corrupt in corruptions
        for at, pair in enumerate(pairs)
        if (made := corrupt(pairs, at, draw)) is not None
    ]
    if side == "added":
        changed += [(cut, pair.reference) for pair in pairs for cut in clauses_cut(pair.source)]
    good = [gaps.find(pair.source, pair.reference)[side] for pair in pairs]
    bad = [gaps.find(*pair)[side] for pair in changed]
    given = _DRAFT
    for _ in range(_ROUNDS):
        of, bias = regression(likeliest(good, given), likeliest(bad, given))
        given = replace(_DRAFT, of=tuple(of), bias=bias)
    warn, fail = _GRADES[side]
    for name, grade in (("warn", warn), ("fail", fail)):
        graded = replace(given, warn=grade)
        alarms, hits = (100 * len(likeliest(found, graded)) / len(found) for found in (good, bad))
        print(f"{side}, {name}: {hits:.1f} % of {len(bad)} found, {alarms:.1f} % of {len(good)} false alarms")
    return {
        "of": [round(float(one), 3) for one in of],
        "bias": round(bias, 3),
        "warn": warn,
        "fail": fail,
    }


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("set", nargs="?", type=Path, default=fidelity.SHARED / "flores-dev.tsv")
    pairs = fidelity.read(parser.parse_args().set)
    odd = pairs[::2]
    usual = length(odd)
    draft = calibration.Calibration(usual, _DRAFT, _DRAFT, calibration.Cosines((0.0,), (0.0,)))
    gaps.calibration = lambda: draft
    sources = vectors.of_sentences([pair.source for pair in pairs])
    outputs = vectors.of_sentences([pair.reference for pair in pairs])
    cosines = np.percentile((sources * outputs).sum(axis=1), _PERCENTS)
    sides: dict[gaps.Side, list[fidelity.Corruption]] = {
        "missing": [fidelity.clause_dropped, fidelity.first_clause_dropped],
        "added": [fidelity.appended],
    }
    tables: dict[str, dict[str, Any]] = {
        "length": {
            "mean": round(usual.mean, 3),
            "variance": round(usual.variance, 4),
            "variance_of_short": round(usual.variance_of_short, 3),
        }
    }
    tables |= {side: weights(odd, side, corruptions) for side, corruptions in sides.items()}
    tables["meaning"] = {"percents": list(_PERCENTS), "cosines": [round(float(one), 3) for one in cosines]}
    text = "# Made by benchmarks/calibrate.py.\n"
    for name, table in tables.items():
        text += f"\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
    TARGET.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
