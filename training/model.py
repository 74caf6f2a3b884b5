"""The network, and its weights on disk.

A run's result is a folder of a few files: ``weights-NN.safetensors`` in float16, each under 16 MB, ``source.spm``, and
``run.json`` with what is known of it. :func:`checkpoint` makes a Marian checkpoint of it, which the package converts.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import MarianConfig, MarianMTModel
from transformers.utils.logging import disable_progress_bar

from training import files, vocabulary
from training.settings import Settings
from training.vocabulary import END

disable_progress_bar()

_POSITIONS = 512
_FILE = 15_000_000  # bytes of weights in a file
_SLICE = 4_000_000  # larger tensors are cut into slices of rows


def build(settings: Settings, tokens: int, vectors: torch.Tensor | None = None) -> MarianMTModel:
    """Make a network for a vocabulary of ``tokens``, whose embeddings begin as ``vectors`` (``<pad>`` zero)."""
    model = MarianMTModel(_config(settings, tokens))
    with torch.no_grad():
        for part in model.modules():
            if isinstance(part, torch.nn.Linear) and part is not model.lm_head:
                torch.nn.init.xavier_uniform_(part.weight)  # as transformers has them they are too small to learn fast
        if vectors is not None:
            model.get_input_embeddings().weight.copy_(vectors)
        silence(model)
    return model


def _config(settings: Settings, tokens: int) -> MarianConfig:
    pad = tokens - 1
    return MarianConfig(
        vocab_size=tokens,
        decoder_vocab_size=tokens,
        d_model=settings.width,
        encoder_layers=settings.encoder_layers,
        decoder_layers=settings.decoder_layers,
        encoder_attention_heads=settings.heads,
        decoder_attention_heads=settings.heads,
        encoder_ffn_dim=settings.feed_forward,
        decoder_ffn_dim=settings.feed_forward,
        dropout=settings.dropout,
        attention_dropout=settings.dropout / 2,
        activation_dropout=0.0,
        activation_function="relu",
        max_position_embeddings=_POSITIONS,
        scale_embedding=True,
        share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True,
        bos_token_id=END,
        eos_token_id=END,
        forced_eos_token_id=END,
        pad_token_id=pad,
        decoder_start_token_id=pad,
    )


def silence(model: MarianMTModel) -> None:
    """Set the embedding of ``<pad>``, from which the decoder starts, to zero: CTranslate2 takes it to be."""
    model.get_input_embeddings().weight.data[-1].zero_()


def parameters(state: Mapping[str, torch.Tensor]) -> int:
    """Numbers that are learned."""
    return sum(tensor.numel() for tensor in state.values())


def weights(model: MarianMTModel) -> dict[str, torch.Tensor]:
    """Return what is learned, each tensor once; the rest follows from the settings."""
    return {name: tensor.detach().cpu() for name, tensor in model.named_parameters() if tensor.requires_grad}


def average(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Mean of several states, tensor by tensor."""
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def save(state: Mapping[str, torch.Tensor], spm: Path, record: Mapping[str, object], folder: Path) -> None:
    """Write a run's result; an older one in ``folder`` is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    parts: list[dict[str, torch.Tensor]] = [{}]
    room = _FILE
    for name, piece in _slices(state):
        size = piece.numel() * piece.element_size()
        if size > room and parts[-1]:
            parts.append({})
            room = _FILE
        parts[-1][name] = piece
        room -= size
    for number, part in enumerate(parts, 1):
        files.write(folder / f"weights-{number:02}.safetensors", lambda beside, part=part: save_file(part, beside))
    files.write(folder / "source.spm", lambda beside: shutil.copyfile(spm, beside))
    files.write_json(folder / "run.json", record)


def _slices(state: Mapping[str, torch.Tensor]) -> list[tuple[str, torch.Tensor]]:
    cut = []
    for name, tensor in state.items():
        half = tensor.half()
        rows = max(1, _SLICE // (half[:1].numel() * 2)) if half.dim() else 1
        pieces = half.split(rows) if half.dim() else (half,)
        cut += [(f"{name}@{number:03}", piece.contiguous()) for number, piece in enumerate(pieces)]
    return cut


def load(folder: Path) -> dict[str, torch.Tensor]:
    """Read the weights of a run's result, in float32."""
    pieces: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("weights-*.safetensors")):
        pieces |= load_file(path)
    found: dict[str, list[torch.Tensor]] = {}
    for key in sorted(pieces):
        found.setdefault(key.rpartition("@")[0], []).append(pieces[key].float())
    return {name: torch.cat(cut) if cut[0].dim() else cut[0] for name, cut in found.items()}


def checkpoint(settings: Settings, result: Path, folder: Path) -> Path:
    """Write the result of a run as a Marian checkpoint, as public ones look."""
    names = vocabulary.names(result / "source.spm")
    model = build(settings, len(names))
    missing = model.load_state_dict(load(result), strict=False).missing_keys
    if weights(model).keys() & set(missing):
        raise ValueError(f"{result}: weights are missing, such as {missing[0]}")
    model.tie_weights()
    silence(model)
    model.generation_config.update(
        bad_words_ids=[[len(names) - 1]], forced_eos_token_id=END, max_length=_POSITIONS, num_beams=4
    )
    model.save_pretrained(folder)
    vocabulary.write_json(result / "source.spm", folder / "vocab.json")
    for side in ("source.spm", "target.spm"):
        shutil.copyfile(result / "source.spm", folder / side)
    files.write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "MarianTokenizer",
            "source_lang": "ar",
            "target_lang": "en",
            "unk_token": "<unk>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "model_max_length": _POSITIONS,
            "separate_vocabs": False,
        },
    )
    return folder
