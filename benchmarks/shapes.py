"""Checkpoints with random weights, in the exact shapes of two public models, and texts to feed them.

Random weights cost what trained ones cost as long as outputs are as long, so the benchmarks fix the length of outputs.
The tokenizer is trained on the text at hand; its vocabulary is filled up with pieces that are never used.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import sentencepiece

from diplosum import source
from diplosum.arabic import has_letters
from diplosum.document import parse

FACTOR = 1.2  # tokens written for each token read
_PIECES = 8000


@dataclass(frozen=True)
class Shape:
    """A Marian model: vocabulary with </s> and <pad>, width, heads, feed-forward width, layers on either side."""

    name: str
    vocabulary: int
    width: int
    heads: int
    forward: int
    activation: str
    layers: int = 6


SHAPES = {
    "small": Shape("opus-mt-ar-en", 62_834, 512, 8, 2048, "swish"),
    "big": Shape("opus-mt-tc-big-ar-en", 61_109, 1024, 16, 4096, "relu"),
    "tiny": Shape("a tenth of opus-mt-ar-en", 10_000, 128, 4, 512, "swish", 2),
}


def sentences(file: Path) -> list[str]:
    """Arabic sentences: the Arabic column of a table of tabs, or the sentences of a text, or of a folder of texts."""
    if file.suffix == ".tsv":
        rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
        return [cell for row in rows for cell in row if has_letters(cell)]
    documents = [parse(source.read(given).text) for given in source.expand([str(file)])]
    found = [document.sentence(n) for document in documents for n in range(len(document.sentences))]
    return [sentence for sentence in found if has_letters(sentence)]


def make(shape: Shape, folder: Path, text: Sequence[str]) -> None:
    """Write a checkpoint of ``shape`` into ``folder``, unless it is there already."""
    if (folder / "model.safetensors").is_file():
        return
    import torch
    from transformers import MarianConfig, MarianMTModel

    folder.mkdir(parents=True, exist_ok=True)
    _tokenizer(folder, text, shape.vocabulary)
    end, pad = 0, shape.vocabulary - 1
    torch.manual_seed(7)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=shape.vocabulary,
            d_model=shape.width,
            encoder_layers=shape.layers,
            decoder_layers=shape.layers,
            encoder_attention_heads=shape.heads,
            decoder_attention_heads=shape.heads,
            encoder_ffn_dim=shape.forward,
            decoder_ffn_dim=shape.forward,
            activation_function=shape.activation,
            max_position_embeddings=512,
            scale_embedding=True,
            eos_token_id=end,
            forced_eos_token_id=None,
            pad_token_id=pad,
            decoder_start_token_id=pad,
            bad_words_ids=[[pad]],
        )
    )
    model.get_input_embeddings().weight.data[pad] = 0.0
    model.final_logits_bias[0, end] = -100.0  # never ends by itself: the benchmarks say how long an answer is
    model.save_pretrained(folder)


def _tokenizer(folder: Path, text: Sequence[str], size: int) -> None:
    made = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*text, *text]),  # a piece must occur twice
        model_writer=made,
        vocab_size=min(_PIECES, size - 10),
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=made.getvalue())
    pieces = [processor.id_to_piece(n) for n in range(3, processor.get_piece_size())]
    used = ["</s>", "<unk>", *pieces]
    tokens = [*used, *(f"▁unused{n}" for n in range(size - 1 - len(used))), "<pad>"]
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(made.getvalue())
    (folder / "vocab.json").write_text(json.dumps({token: n for n, token in enumerate(tokens)}), "utf-8")
    settings = {"source_lang": "ar", "target_lang": "en", "model_max_length": 512, "tokenizer_class": "MarianTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
