"""The output should mean what the source means. The cosine of their sentence vectors, as a percentile.

The percentile is among the reference translations of FLORES-200 dev: 2 % means that of a hundred good translations 98
are closer to their source.
"""

from typing import Literal

from diplosum.fidelity import vectors
from diplosum.fidelity.calibration import calibration
from diplosum.fidelity.gaps import LONGEST
from diplosum.finding import Finding

# Cosines. Sentences that have nothing to do with each other reach the first in one case of a hundred, good translations
# fall below it in one of a thousand.
_WRONG, _DOUBTFUL, _WEAK = 0.3, 0.38, 0.5
_SHORT = 20  # characters of a source that says too little for a verdict
_SHORT_WRONG = 0.15


def check(source: str, output: str) -> list[Finding]:
    """Find a sentence that means something else."""
    if not output.strip():
        return []
    first, second = vectors.of_words([source[:LONGEST], output[:LONGEST]])
    cosine = round(float(first @ second), 4)
    if cosine >= _WEAK:
        return []
    return [Finding("meaning", _severity(source, cosine), _message(cosine), ((0, len(source)),), ((0, len(output)),))]


def _severity(source: str, cosine: float) -> Literal["note", "warn", "fail"]:
    if len(source) < _SHORT:
        return "warn" if cosine < _SHORT_WRONG else "note"
    if cosine < _WRONG:
        return "fail"
    return "warn" if cosine < _DOUBTFUL else "note"


def _message(cosine: float) -> str:
    percentile = calibration().meaning.percentile(cosine)
    share = f"only {percentile:.1f} %" if percentile else "none"
    return f"closer to its source than {share} of good translations"
