"""Texts to token ids and back, by a checkpoint's own tokenizer. Part of the engine ``hf``.

Text is cut nowhere, and never taken for an instruction: what looks like one of the tokenizer's own tokens (``</s>``,
``eng_Latn``, ``>>fra<<``) is spelled apart.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import cast

from huggingface_hub import constants
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from diplosum.catalog import ModelSpec
from diplosum.errors import ModelError

# Tokens that are instructions although no list of special tokens says so: <2en>, <extra_id_0>, >>fra<<.
# Not <0x0A>, which stands for a byte of the text.
_INSTRUCTION = re.compile(r"<(?!0x)[^<>\s]+>|>>[^<>\s]+<<")


class Reader:
    """Texts to token ids and back; a :class:`diplosum.engine.Counter`."""

    def __init__(self, spec: ModelSpec, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        self._prefix = spec.prefix
        self.unknown = int(tokenizer.unk_token_id or 0)
        bare, framed = (tokenizer("a", add_special_tokens=frame).input_ids for frame in (False, True))
        start = next((n for n in range(len(framed)) if framed[n : n + len(bare)] == bare), 0)
        self.before, self.after = framed[:start], framed[start + len(bare) :]  # what is put around every text

        special = {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()}
        special |= {token for token in tokenizer.get_vocab() if _INSTRUCTION.fullmatch(token.strip("▁"))}
        control = [token for token in special if len(token.strip("▁ ")) > 1]
        self.control = self._numbers(control) - {self.unknown}
        self.first = tokenizer.convert_tokens_to_ids(spec.target_code) if spec.target_code else None
        self.silent = {*self._numbers(tokenizer.all_special_tokens), self.first} - {self.unknown}
        self._in_prefix = sum(n in self.control for n in tokenizer(spec.prefix, add_special_tokens=False).input_ids)
        words = sorted((token.strip("▁ ") for token in control), key=len, reverse=True)
        # Marian's tokenizer takes whatever stands between >> at the start and the next << for a language.
        self.spell = re.compile("|".join([r"\A>>", *map(re.escape, words)]))

    def _numbers(self, tokens: list[str]) -> set[int]:
        return set(cast("list[int]", self.tokenizer.convert_tokens_to_ids(tokens)))

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in order, with the prefix and what is put around."""
        return [len(row) for row in self.encode(texts)]

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, prefix and special tokens included, never cut.

        Control tokens that a user wrote (``</s>``, ``eng_Latn``) are spelled apart.
        """
        apart = [self._prefix + self.spell.sub(lambda word: f"{word[0][0]} {word[0][1:]}", text) for text in texts]
        rows = self.tokenizer(apart, add_special_tokens=False, truncation=False, padding=False) if apart else {}
        return [[*self.before, *self._plain(row), *self.after] for row in rows.get("input_ids", [])]

    def _plain(self, row: Sequence[int]) -> Iterator[int]:
        """Leave no control tokens but the prefix's; what is left of them now is a mistake of the tokenizer.

        That of T5 reads characters outside MADLAD's vocabulary as ``</s>``, others read ``＜mask＞`` as ``<mask>``.
        """
        asked = self._in_prefix
        for token in row:
            yield token if token not in self.control or asked > 0 else self.unknown
            asked -= token in self.control

    def decode(self, tokens: Sequence[int]) -> str:
        """Join tokens to text, without special ones but ``<unk>``: what a model could not say must stay visible."""
        said = [token for token in tokens if token not in self.silent]
        return str(self.tokenizer.decode(said, clean_up_tokenization_spaces=False)).strip()


def open_counter(spec: ModelSpec, folder: Path) -> Reader:
    """Load only the tokenizer. Raises ModelError."""
    with loading(spec, folder, "tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    files = {*tokenizer.vocab_files_names.values()} - {"tokenizer_config.json"}
    if not any((folder / name).is_file() for name in files):  # then transformers 5 makes up a vocabulary of its own
        raise broken(spec, folder, f"the tokenizer's vocabulary is missing: {' or '.join(sorted(files))}")
    if spec.source_code is None:
        return Reader(spec, tokenizer)
    try:
        tokenizer.src_lang = spec.source_code
        reader = Reader(spec, tokenizer)
    except KeyError:  # what the tokenizer of M2M100 raises; that of NLLB takes <unk> for a language
        raise no_language(spec, folder, f"source_code {spec.source_code}") from None
    around = tokenizer.convert_ids_to_tokens([*reader.before, *reader.after])
    if not any(spec.source_code in token for token in around):
        raise no_language(spec, folder, f"source_code {spec.source_code}")
    return reader


@contextmanager
def alone() -> Iterator[None]:
    """Nothing is asked of the network, and standard error stays ours."""
    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        constants.HF_HUB_OFFLINE = before


@contextmanager
def loading(spec: ModelSpec, folder: Path, part: str) -> Iterator[None]:
    """Load a part of a checkpoint, offline; whatever goes wrong becomes a ModelError."""
    if not (folder / "config.json").is_file():
        raise broken(spec, folder, "there is no config.json, so this is no checkpoint")
    try:
        with alone():
            yield
    except UnpicklingError as error:
        raise broken(spec, folder, "its weights are damaged, or a pickle that would run a program") from error
    except Exception as error:  # loaders of third parties raise anything
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise broken(spec, folder, f"the {part} cannot be loaded: {reason}") from error


def broken(spec: ModelSpec, folder: Path, message: str) -> ModelError:
    """Make the error that a checkpoint is not whole."""
    hint = f"diplosum models pull {spec.name}" if spec.repo else "copy the whole folder again from where it came from"
    return ModelError(message, where=str(folder), hint=hint)


def no_language(spec: ModelSpec, folder: Path, setting: str) -> ModelError:
    """Make the error that a language code means nothing to a tokenizer."""
    hint = f"correct it for {spec.name} in models.toml, or get tokenizer.json and special_tokens_map.json again"
    return ModelError(f"its tokenizer has no token for {setting}", where=str(folder), hint=hint)
