"""Make diplosum/fidelity/calibration.toml: ``python benchmarks/calibrate.py [SET.tsv]``; nothing else writes it.

From the odd lines of a set (Arabic, a tab, an English reference) come the usual length, the weights of the evidence
that something is missing or added, and the thresholds; from all lines, the percentiles of meaning. The even lines are
left to see whether that holds: ``benchmarks/fidelity.py``.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import fidelity
import measure
import numpy as np
from fidelity import Pair
from numpy.typing import NDArray

from diplosum.fidelity import calibration, coverage, vectors

TARGET = measure.ROOT / "diplosum" / "fidelity" / "calibration.toml"
_PERCENTS = (0.0, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 75, 100)
# Log odds that warn, and fail: under 1 % and under 0.3 % of the odd lines and of news have something missing by them.
_GRADES = {"missing": (1.9, 6.0), "added": (3.4, 8.0)}
_RIDGE = 0.01
_LEAST = 4  # words of a clause
_DRAFT = calibration.Weights((0.5, 15.0, 0.5), 0.0, -1e9, -1e9)  # nothing is left out


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


def features(pairs: Sequence[tuple[str, str]], side: str) -> NDArray[np.float64]:
    """Take evidence, gain and shortfall of the likeliest gap of each pair."""
    found = [coverage.gaps(*pair).get(side) for pair in pairs]  # type: ignore[call-overload] # a string, one of two
    return np.array([(gap.evidence, gap.gain, gap.shortfall) if gap else (0.0, 0.0, 0.0) for gap in found])


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


def clause_cut(source: str) -> str | None:
    """Take away what follows the last comma of a source, so that its reference says more than it does."""
    left, comma, right = source.rpartition("،")
    return left + "." if comma and min(len(left.split()), len(right.split())) >= _LEAST else None


def weights(pairs: Sequence[Pair], side: str, corrupt: fidelity.Corruption) -> dict[str, Any]:
    """Fit the weights of one side on references and on references that one mistake was put into."""
    draw = random.Random(5)  # noqa: S311 - reproducible, not secret
    changed = [(pair.source, made) for at, pair in enumerate(pairs) if (made := corrupt(pairs, at, draw)) is not None]
    if side == "added":
        changed += [(cut, pair.reference) for pair in pairs if (cut := clause_cut(pair.source)) is not None]
    good = features([(pair.source, pair.reference) for pair in pairs], side)
    bad = features(changed, side)
    of, bias = regression(good, bad)
    warn, fail = _GRADES[side]
    for name, grade in (("warn", warn), ("fail", fail)):
        alarms, hits = (100 * float(np.mean(rows @ of + bias > grade)) for rows in (good, bad))
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
    coverage.calibration = lambda: draft
    sources = vectors.of_sentences([pair.source for pair in pairs])
    outputs = vectors.of_sentences([pair.reference for pair in pairs])
    cosines = np.percentile((sources * outputs).sum(axis=1), _PERCENTS)
    sides: dict[str, Callable[..., str | None]] = {"missing": fidelity.clause_dropped, "added": fidelity.appended}
    tables: dict[str, dict[str, Any]] = {
        "length": {
            "mean": round(usual.mean, 3),
            "variance": round(usual.variance, 4),
            "variance_of_short": round(usual.variance_of_short, 3),
        }
    }
    tables |= {side: weights(odd, side, corrupt) for side, corrupt in sides.items()}
    tables["meaning"] = {"percents": list(_PERCENTS), "cosines": [round(float(one), 3) for one in cosines]}
    text = "# Made by benchmarks/calibrate.py.\n"
    for name, table in tables.items():
        text += f"\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
    TARGET.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
