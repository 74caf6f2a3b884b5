"""Pieces of words, shared by both languages, and the vectors that they begin with.

On disk as Marian has it: </s> is 0, <unk> 1, then pieces, <pad> last. Any text can be spelled: what has no piece is
written in bytes, and digits stand alone, so that a number is copied digit by digit. The only thing that the
normalization changes is the style of digits.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer, sentencepiece_model_pb2

from training import encoder, files

END, UNKNOWN = 0, 1
_STYLES = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_BYTES = [f"<0x{number:02X}>" for number in range(256)]
_SEEN = 3  # times from which a character has a piece of its own
_SPOKEN = "".join(map(chr, range(0x21, 0x7F))) + "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي،؛؟٪٫٬«»…–—“”‘’€£°"
_NORMAL, _UNKNOWN, _BYTE = 1, 2, 6  # types of pieces in a SentencePiece model


class Vocabulary:
    """Text to numbers, from the folder that :func:`build` wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pieces = SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self.names = names(folder / "source.spm")
        self.pad = len(self.names) - 1
        self._number = [UNKNOWN, *range(2, self.pad)]  # of each piece, which SentencePiece counts from <unk>

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of each text's pieces and </s>."""
        return [[*(self._number[n] for n in row), END] for row in self._pieces.encode(list(texts), num_threads=1)]

    def decode(self, rows: Iterable[Sequence[int]]) -> list[str]:
        """Texts of rows of numbers; what is no piece is left out."""
        return [self._pieces.decode([n - 1 for n in row if UNKNOWN < n < self.pad]) for row in rows]

    def vectors(self, width: int) -> NDArray[np.float32]:
        """Make a row for each name, 1 long, that of <pad> zero."""
        known = np.load(self.folder / "vectors.npz")
        return _spread(known["rows"], known["vectors"], len(self.names), width)


def names(model: Path) -> list[str]:
    """Tokens in the order of their numbers, as vocab.json has them."""
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.read_bytes())
    return ["</s>", "<unk>", *(piece.piece for piece in proto.pieces[1:]), "<pad>"]


def build(kind: str, size: int, texts: Sequence[str], folder: Path) -> None:
    """Write source.spm and vectors.npz for ``size`` pieces that spell ``texts`` into ``folder``."""
    counts = Counter("".join(texts))
    letters = {sign for sign, count in counts.items() if count >= _SEEN and not sign.isspace()}
    letters = (letters | set(_SPOKEN)) - set("".join(_STYLES))
    model = _aligned(size, texts, letters) if kind == "aligned" else _plain(size, texts, letters)
    known = {piece.piece: number for number, piece in enumerate(encoder.pieces().pieces)} if kind == "aligned" else {}
    rows = [(number, known[piece.piece]) for number, piece in enumerate(model.pieces, 1) if piece.piece in known]
    rows = [(row, number) for row, number in rows if row > UNKNOWN]
    found = encoder.vectors([number for _, number in rows]) if rows else np.zeros((0, 1), np.float32)
    files.write(folder / "source.spm", lambda beside: beside.write_bytes(model.SerializeToString()))
    files.write(folder / "vectors.npz", lambda beside: _save(beside, [row for row, _ in rows], found))


def _save(path: Path, rows: list[int], vectors: NDArray[np.float32]) -> None:
    with path.open("wb") as file:
        np.savez(file, rows=np.array(rows, np.int64), vectors=vectors.astype(np.float16))


def _plain(size: int, texts: Sequence[str], letters: set[str]) -> sentencepiece_model_pb2.ModelProto:
    return _train(
        texts,
        vocab_size=size,
        hard_vocab_limit=False,
        required_chars="".join(sorted(letters)),
        character_coverage=0.9999,
        split_digits=True,
        byte_fallback=True,
        input_sentence_size=400_000,
        shuffle_input_sentence=False,
    )


def _aligned(size: int, texts: Sequence[str], letters: set[str]) -> sentencepiece_model_pb2.ModelProto:
    """Those of the encoder's pieces that spell ``texts`` most often."""
    theirs, ours = encoder.pieces(), _train(["a b c"], vocab_size=300, hard_vocab_limit=False, byte_fallback=True)
    normalizer = ours.normalizer_spec
    theirs.normalizer_spec.CopyFrom(normalizer)
    spelled = [piece for piece in theirs.pieces if piece.type == _NORMAL and not _has_number(piece.piece)]
    del theirs.pieces[1:]
    theirs.pieces.extend(spelled)
    processor = SentencePieceProcessor(model_proto=theirs.SerializeToString())
    used: Counter[str] = Counter()
    for start in range(0, len(texts), 10_000):
        for row in processor.encode(list(texts[start : start + 10_000]), out_type=str, num_threads=1):
            used.update(row)
    chosen = {piece for piece, _ in used.most_common()[: size - len(_BYTES) - len(letters)]} | {"▁"}
    kept = [piece for piece in spelled if piece.piece in chosen or piece.piece in letters]
    missing = sorted(letters - {piece.piece for piece in kept})
    lowest = min(piece.score for piece in kept) - 1
    del ours.pieces[1 + len(_BYTES) :]
    for piece in ours.pieces[1:]:
        piece.score = lowest - 10  # bytes, where nothing else spells a character
    ours.pieces.extend(kept)
    for letter in missing:
        ours.pieces.add(piece=letter, score=lowest, type=_NORMAL)
    ours.trainer_spec.vocab_size = len(ours.pieces)
    return ours


def _has_number(piece: str) -> bool:
    return len(piece) > 1 and any(sign.isdigit() for sign in piece)


def _train(texts: Sequence[str], **options: object) -> sentencepiece_model_pb2.ModelProto:
    """Train SentencePiece with our normalization: Arabic-Indic and Persian digits become Western ones."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        rules = Path(folder, "rules.tsv")
        pairs = [(digit, str(n)) for style in _STYLES for n, digit in enumerate(style)]
        rules.write_text("".join(f"{ord(a):X}\t{ord(b):X}\n" for a, b in pairs), "utf-8")
        written = io.BytesIO()
        SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=written,
            normalization_rule_tsv=str(rules),
            unk_id=0,
            bos_id=-1,
            eos_id=-1,
            pad_id=-1,
            num_threads=1,
            minloglevel=2,
            **options,
        )
    return sentencepiece_model_pb2.ModelProto.FromString(written.getvalue())


def _spread(rows: NDArray[np.int64], found: NDArray[np.float16], count: int, width: int) -> NDArray[np.float32]:
    """Put known vectors on their principal axes, ``width`` of them; the others by chance, about as long."""
    chance = np.random.default_rng(0)
    spread = chance.normal(size=(count, width)).astype(np.float32) / width**0.5
    if len(rows):
        centred = found.astype(np.float32) - found.astype(np.float32).mean(axis=0)
        _, _, axes = np.linalg.svd(centred.T @ centred)
        seen = centred @ axes[:width].T
        seen /= np.linalg.norm(seen, axis=1, keepdims=True) + 1e-6
        spread[rows, : seen.shape[1]] = seen
    spread[-1] = 0
    return spread


def write_json(model: Path, path: Path) -> None:
    """Write vocab.json for ``model``."""
    path.write_text(json.dumps({name: n for n, name in enumerate(names(model))}, ensure_ascii=False), "utf-8")
