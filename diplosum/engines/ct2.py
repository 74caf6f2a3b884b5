"""CTranslate2: runs converted weights. The fast engine; it never imports torch or transformers.

Texts become pieces by SentencePiece (or ``tokenizers`` where a checkpoint has nothing else); what transformers knows
about a checkpoint's tokens beyond that was written down when the weights were converted: :class:`Tokens`.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from logging import ERROR
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ctranslate2

from diplosum import batching, cores
from diplosum.catalog import ModelSpec
from diplosum.conversion import TOKENS, Tokens, find
from diplosum.engine import Choice, Decoding, EngineName, Generation, Say
from diplosum.engines.limits import refuse_long, within_memory
from diplosum.errors import GenerationError, ModelError

# It warns when weights that were stored for a GPU are widened for this processor: what runs is said in the result.
ctranslate2.set_log_level(ERROR)

# SentencePiece models by the names that the public checkpoints give them; Marian's has one for each language.
_SENTENCEPIECE = ("source.spm", "sentencepiece.bpe.model", "spiece.model")
# A search ends when so many times as many hypotheses are finished as there are beams. With 1, the default, it ends on
# bad ones at times while a better one is not finished yet, and differs from the other engine, which goes on.
_PATIENCE = 2
# Hypotheses that a thread searches at once. Measured with 8 bits in the shape of opus-mt-ar-en, words a CPU second with
# 8, 16, 32, 64, 128 hypotheses: 56, 70, 75, 49, 33 with 4 beams; 166, 194, 146 with 8, 16, 32 and one beam.
_HYPOTHESES = {"cpu": 32, "cuda": 256}
_FIRST_STEPS = 64  # the first length at which searches are cut; see _steps
_CODE = re.compile(r"\A>>[^<>\s]+<<")
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")  # how a vocabulary with byte fallback spells what it has no piece for
_OUT_OF_MEMORY = ("out of memory", "bad_alloc", "allocate")

Pieces = Callable[[list[str]], list[list[str]]]


class Reader:
    """Texts to tokens and back; a :class:`diplosum.engine.Counter`. A token is its name: CTranslate2 numbers it."""

    def __init__(self, spec: ModelSpec, folder: Path) -> None:
        self.tokens = _tokens(spec, folder)
        # A code such as >>eng<< is Marian's alone, and not known to its SentencePiece.
        codes = _CODE.findall(spec.prefix)
        self._prefix = _CODE.sub("", spec.prefix)
        self._before = [*self.tokens.before, *codes]
        self._pieces = _pieces(folder)
        self._spell = re.compile(self.tokens.spell)
        self._control = frozenset(self.tokens.control)
        self._silent = frozenset((*self.tokens.silent, spec.target_code))
        self._asked = sum(token in self._control for token in self._pieces([self._prefix])[0])

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in order, with the prefix and what is put around."""
        around = len(self._before) + len(self.tokens.after)
        return [len(row) + around for row in self._pieces(self._apart(texts))]

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Tokens of each text, prefix and special tokens included, never cut.

        Control tokens that a user wrote (``</s>``, ``eng_Latn``) are spelled apart.
        """
        rows = self._pieces(self._apart(texts))
        return [[*self._before, *self._plain(row), *self.tokens.after] for row in rows]

    def _apart(self, texts: Sequence[str]) -> list[str]:
        return [self._prefix + self._spell.sub(lambda word: f"{word[0][0]} {word[0][1:]}", text) for text in texts]

    def _plain(self, row: Sequence[str]) -> Iterator[str]:
        """Leave no control tokens but the prefix's: pieces of an unknown script may spell one."""
        asked = self._asked
        for token in row:
            yield token if token not in self._control or asked > 0 else self.tokens.unknown
            asked -= token in self._control

    def decode(self, tokens: Sequence[str]) -> str:
        """Join tokens to text, without special ones but ``<unk>``: what a model could not say must stay visible."""
        said = (token for token in tokens if token not in self._silent)
        runs = groupby(said, key=lambda token: _BYTE.fullmatch(token) is not None)
        return "".join(_characters(run) if spelled else "".join(run).replace("▁", " ") for spelled, run in runs).strip()


class Ct2Engine:
    """A converted model in memory; see :class:`diplosum.engine.Engine`."""

    name: EngineName = "ct2"

    def __init__(self, spec: ModelSpec, folder: Path, device: str, say: Say) -> None:
        self._spec = spec
        self._say = say
        self._reader = open_counter(spec, folder)
        self._first = _first(spec, folder, self._reader.tokens)
        kind, number, device_choice = _device(device)
        self._hypotheses = _HYPOTHESES[kind]
        self._workers = cores.usable() if kind == "cpu" else 1
        wanted = "default" if kind == "cpu" else _compute_type(spec, number)
        # Several rows at a time on one core each: faster than several cores on each matrix, which are small.
        options = {"inter_threads": self._workers, "intra_threads": 1}
        try:
            self._model: Any = ctranslate2.Translator(
                str(find(folder)), kind, device_index=number, compute_type=wanted, **options
            )
        except (RuntimeError, ValueError) as error:
            raise _broken(spec, folder, f"the converted weights cannot be loaded: {error}") from error
        why = "the conversion has it" if kind == "cpu" else "this GPU is made for it"
        self.choices = (device_choice, Choice("dtype", self._model.compute_type, why))
        say(f"{spec.name}: {self._workers} batches at a time, a thread each")

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in order; see :meth:`Reader.count`."""
        return self._reader.count(texts)

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generation]:
        """Answer each text, in order. Raises GenerationError as :meth:`diplosum.engine.Engine.generate` says."""
        rows = self._reader.encode(texts)
        refuse_long(self._spec, rows)
        made = self._grouped(rows, [_steps(decoding.limit(len(row)), decoding) for row in rows], decoding)
        # CTranslate2 has one limit for all rows. Those that went beyond their own are searched again, up to it.
        beyond = [
            n
            for n, row in enumerate(rows)
            if max(one.tokens_out for one in (made[n], *made[n].others)) > decoding.limit(len(row))
        ]
        exact = self._grouped([rows[n] for n in beyond], [decoding.limit(len(rows[n])) for n in beyond], decoding)
        for n, generation in zip(beyond, exact, strict=True):
            made[n] = generation
        return made

    def _grouped(self, rows: list[list[str]], steps: list[int], decoding: Decoding) -> list[Generation]:
        """Search rows with the same limit together."""
        made: dict[int, Generation] = {}
        for limit in sorted(set(steps)):
            chosen = [n for n, own in enumerate(steps) if own == limit]
            search = partial(self._search, limit=limit, decoding=decoding)
            found = within_memory([rows[n] for n in chosen], search, _ran_out, spec=self._spec, say=self._say)
            made |= zip(chosen, found, strict=True)
        return [made[n] for n in range(len(rows))]

    def _search(self, rows: list[list[str]], limit: int, decoding: Decoding) -> list[Generation]:
        """Search in shares of about as many tokens each, long rows with long ones: threads end at the same time."""
        order = sorted(range(len(rows)), key=lambda n: -len(rows[n]))
        sizes = [len(rows[n]) for n in order]
        turns = math.ceil(len(rows) / (self._workers * self._share(decoding.beams)))
        shares = batching.windows(sizes, budget=sum(sizes), least=turns * self._workers)
        answers = [self._ask([rows[order[n]] for n in share], limit, decoding) for share in shares]
        results = dict(zip(order, [answer.result() for share in answers for answer in share], strict=True))
        return [self._generation(row, results[n], decoding) for n, row in enumerate(rows)]

    def _ask(self, rows: list[list[str]], limit: int, decoding: Decoding) -> list[Any]:
        """Hand rows to the next thread that is free; what comes back will have a result."""
        answers: list[Any] = self._model.translate_batch(
            rows,
            asynchronous=True,
            target_prefix=[self._first] * len(rows) if self._first else None,
            beam_size=decoding.beams,
            num_hypotheses=min(decoding.hypotheses, decoding.beams),
            patience=_PATIENCE,
            length_penalty=decoding.length_penalty,
            repetition_penalty=decoding.repetition_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram_size,
            suppress_sequences=self._reader.tokens.suppress or None,
            max_input_length=0,
            max_decoding_length=limit,
            min_decoding_length=0,
            return_end_token=True,
            return_scores=True,
        )
        return answers

    def _share(self, beams: int) -> int:
        return max(1, self._hypotheses // beams)

    def _generation(self, row: list[str], result: Any, decoding: Decoding) -> Generation:  # noqa: ANN401 - ctranslate2 publishes no types
        first, *others = (
            self._hypothesis(row, said, score, decoding)
            for said, score in zip(result.hypotheses, result.scores, strict=True)
        )
        return replace(first, others=tuple(others))

    def _hypothesis(self, row: list[str], said: list[str], total: float, decoding: Decoding) -> Generation:
        size = max(1, len(said))
        # Divided by a power of the length: that of the search, and here by the length itself.
        score = total * size**decoding.length_penalty / size
        if math.isnan(score):
            raise GenerationError("the model's numbers overflowed", where=self._spec.name, hint="try --device cpu")
        ended = not said or said[-1] in self._reader.tokens.ends
        return Generation(self._reader.decode(said), score, len(row), len(said), truncated=not ended)

    def rows(self, beams: int) -> int:
        """As many as keep every thread at its best, or a GPU busy, twice: then long rows can stand with long ones."""
        return 2 * self._workers * self._share(beams)

    def close(self) -> None:
        """Free the weights; the engine answers no more."""
        self._model = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _characters(tokens: Iterable[str]) -> str:
    return bytes.fromhex("".join(_BYTE.sub(r"\1", token) for token in tokens)).decode("utf-8", "replace")


def open_engine(spec: ModelSpec, folder: Path, *, device: str, say: Say) -> Ct2Engine:
    """Load the converted weights of ``folder``; see :func:`diplosum.engine.open_engine`. Raises ModelError."""
    return Ct2Engine(spec, folder, device, say)


def open_counter(spec: ModelSpec, folder: Path) -> Reader:
    """Load only the tokenizer. Raises ModelError."""
    return Reader(spec, folder)


def _ran_out(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or any(words in str(error) for words in _OUT_OF_MEMORY)


def _steps(limit: int, decoding: Decoding) -> int:
    """Round a row's limit up, so that rows of a batch share it; never by looking at the other rows of the batch."""
    steps = _FIRST_STEPS
    while steps < limit:
        steps *= 2
    return min(steps, decoding.max_target_tokens)


def _tokens(spec: ModelSpec, folder: Path) -> Tokens:
    converted = find(folder)
    if converted is None:
        raise _broken(spec, folder, "there are no converted weights")
    try:
        tokens = Tokens(**json.loads((converted / TOKENS).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _broken(spec, converted, f"what was converted cannot be read: {error}") from error
    if tokens.source_code != spec.source_code:
        raise _broken(spec, converted, f"it was converted for source_code {tokens.source_code}, not {spec.source_code}")
    return tokens


def _first(spec: ModelSpec, folder: Path, tokens: Tokens) -> list[str]:
    """Tokens that begin every answer: the target language."""
    if spec.target_code is None:
        return tokens.first
    if spec.target_code not in tokens.control:
        hint = f"correct it for {spec.name} in models.toml"
        raise ModelError(f"its tokenizer has no token for target_code {spec.target_code}", where=str(folder), hint=hint)
    return [spec.target_code]


def _pieces(folder: Path) -> Pieces:
    for name in _SENTENCEPIECE:
        if (folder / name).is_file():
            from sentencepiece import SentencePieceProcessor

            processor = SentencePieceProcessor(model_file=str(folder / name))
            return lambda texts: list(processor.encode(texts, out_type=str, num_threads=cores.usable()))
    if (folder / "tokenizer.json").is_file():
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return lambda texts: [found.tokens for found in tokenizer.encode_batch(texts, add_special_tokens=False)]
    names = ", ".join((*_SENTENCEPIECE, "tokenizer.json"))
    raise ModelError(
        f"the tokenizer is missing: one of {names}", where=str(folder), hint="--engine hf may know another"
    )


def _device(wanted: str) -> tuple[str, int, Choice]:
    seen = ctranslate2.get_cuda_device_count()
    if wanted == "auto":
        reason = "CTranslate2 sees a GPU" if seen else "CTranslate2 sees no GPU"
        return ("cuda", 0, Choice("device", "cuda", reason)) if seen else ("cpu", 0, Choice("device", "cpu", reason))
    kind, _, number = wanted.partition(":")
    if kind not in {"cpu", "cuda"} or (kind == "cuda" and int(number or 0) >= seen):
        raise ModelError(f"CTranslate2 sees no device {wanted} on this machine", hint="--device auto, or --engine hf")
    return kind, int(number or 0), Choice("device", wanted, "you asked for it")


def _compute_type(spec: ModelSpec, number: int) -> str:
    """Choose the compute type on a GPU, from what it can do."""
    able = ctranslate2.get_supported_compute_types("cuda", number)
    wanted = ("int8_float16" if spec.float16 else "int8_bfloat16", "bfloat16", "float32")
    return next(name for name in wanted if name in able)


def _broken(spec: ModelSpec, folder: Path, message: str) -> ModelError:
    hint = f"diplosum models pull {spec.name}" if spec.repo else f"diplosum models convert {folder}"
    if spec.asset:
        hint = "pip install --force-reinstall diplosum"
    return ModelError(message, where=str(folder), hint=hint)
