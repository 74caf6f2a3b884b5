"""What is usual between an Arabic sentence and a good translation; benchmarks/calibrate.py took it from data."""

import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log, sqrt


@dataclass(frozen=True, slots=True)
class Length:
    """Logarithm of the English length over the Arabic one, in characters: mean and variance."""

    mean: float
    variance: float
    variance_of_short: float  # times one over the length of the source

    def deviation(self, source: int, output: int) -> float:
        """Say by how many standard deviations an output of so many characters is too long; negative: too short."""
        return (log(output / source) - self.mean) / sqrt(self.variance + self.variance_of_short / source)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression on the features of a gap; log odds from which a finding warns, and fails."""

    of: tuple[float, ...]
    bias: float
    warn: float
    fail: float


@dataclass(frozen=True, slots=True)
class Cosines:
    """Cosines of good translations: each the one that ``percent`` of them do not reach."""

    percents: tuple[float, ...]
    cosines: tuple[float, ...]

    def percentile(self, cosine: float) -> float:
        """Say of how many per cent of good translations the cosine is lower."""
        place = bisect_right(self.cosines, cosine)
        if place in {0, len(self.cosines)}:
            return 0.0 if place == 0 else self.percents[-1]
        low, high = self.cosines[place - 1 : place + 1]
        share = (cosine - low) / (high - low)
        return self.percents[place - 1] + share * (self.percents[place] - self.percents[place - 1])


@dataclass(frozen=True, slots=True)
class Calibration:
    """All of it."""

    length: Length
    missing: Weights
    added: Weights
    meaning: Cosines


@cache
def calibration() -> Calibration:
    """Read calibration.toml."""
    given = tomllib.loads(files("diplosum.fidelity").joinpath("calibration.toml").read_text("utf-8"))
    length, meaning = given["length"], given["meaning"]
    missing, added = (
        Weights(tuple(given[side]["of"]), given[side]["bias"], given[side]["warn"], given[side]["fail"])
        for side in ("missing", "added")
    )
    return Calibration(
        Length(length["mean"], length["variance"], length["variance_of_short"]),
        missing,
        added,
        Cosines(tuple(meaning["percents"]), tuple(meaning["cosines"])),
    )
