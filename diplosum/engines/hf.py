"""Transformers: runs any public seq2seq checkpoint, from its folder. The only file that imports torch.

The search is set by :class:`diplosum.engine.Decoding` alone: what a checkpoint says about searching is left aside, what
it says about its tokens is kept. Text is cut nowhere and never taken for an instruction. No row depends on its batch.
"""

import math
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from logging import ERROR, getLogger
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

# Read when pickled weights are loaded: without it, a thread may ask the hub to convert them.
os.environ["DISABLE_SAFETENSORS_CONVERSION"] = "1"
# Read when CUDA starts: without it, matrix products on a GPU may differ from run to run.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    PreTrainedConfig,
    StoppingCriteria,
    StoppingCriteriaList,
)
from transformers.utils.logging import disable_progress_bar

from diplosum.catalog import ModelSpec
from diplosum.engine import Choice, Decoding, EngineName, Generation, Say
from diplosum.engines.limits import refuse_long, within_memory
from diplosum.engines.reader import Reader, alone, broken, loading, no_language, open_counter
from diplosum.errors import GenerationError, ModelError

getLogger("transformers").setLevel(ERROR)
disable_progress_bar()  # type: ignore[no-untyped-call] # transformers has not typed it

# What a checkpoint says about its tokens. Not forced_eos_token_id: it acts at the longest limit of a batch, so that
# the last word of a row would depend on the other rows.
_ABOUT_TOKENS = (
    "decoder_start_token_id",
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "forced_bos_token_id",
    "bad_words_ids",
    "suppress_tokens",
    "begin_suppress_tokens",
)
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")  # on CUDA and MPS, Linux, Windows


class _Steps(LogitsProcessor):
    """What is done at each step of a search: penalize what was said, normalize, remember what may come next.

    The penalty (Keskar et al. 2019, CTRL) is for logits, before they are normalized. In beam search transformers
    gives its own to log-probabilities, where a model that is sure of its loop does not notice; and it counts the token
    that starts the decoder as said, which for some models is the one that ends a sentence.

    Log-probabilities are kept of the tokens that the search considers. Asking ``generate`` for its scores would keep
    those of the whole vocabulary: gigabytes for a page of NLLB.
    """

    def __init__(self, decoding: Decoding, ends: int) -> None:
        self._penalty = decoding.repetition_penalty
        self._considered = max(2, 1 + ends) * decoding.beams  # continuations of a row, as transformers has it
        self._logits = torch.empty(0)
        self._seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    def listen(self, _: torch.nn.Module, __: object, output: Any) -> None:  # noqa: ANN401 - each model has a class for it
        """Take note of the logits as the model computed them; a forward hook."""
        if self._penalty != 1:
            self._logits = output.logits[:, -1].float()

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        logits: torch.Tensor = scores
        if self._penalty != 1:
            said = input_ids[:, 1:]
            before = self._logits.gather(1, said)
            after = torch.where(before > 0, before / self._penalty, before * self._penalty)
            logits = torch.where(scores.isinf(), scores, self._logits.scatter(1, said, after))  # what is banned stays
        normal = logits.log_softmax(dim=-1)
        values, tokens = normal.topk(min(self._considered, normal.shape[-1]))
        self._seen.append((values.cpu(), tokens.cpu()))
        if self._seen[-1][0].isnan().any():
            raise FloatingPointError
        return cast("torch.FloatTensor", normal)

    def log_probability(self, tokens: Sequence[int], hypotheses: Sequence[int]) -> float:
        """Of ``tokens``, each of which continued the hypothesis with the number beside it."""
        steps = zip(self._seen, tokens, hypotheses, strict=False)
        return math.fsum(float(values[at][known[at] == token].sum()) for (values, known), token, at in steps)


class _Limits(StoppingCriteria):
    """Ends each row at its own limit; ``input_ids`` holds equally many hypotheses of each row, row by row."""

    def __init__(self, limits: Sequence[int], device: torch.device) -> None:
        self._limits = torch.tensor(limits, device=device)

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **_: object) -> torch.BoolTensor:
        del scores
        limits = self._limits.repeat_interleave(input_ids.shape[0] // len(self._limits))
        said = input_ids.shape[1] - 1  # the token that starts the decoder is no part of an answer
        return cast("torch.BoolTensor", limits <= said)


class HfEngine:
    """A checkpoint in memory; see :class:`diplosum.engine.Engine`."""

    name: EngineName = "hf"

    def __init__(self, spec: ModelSpec, folder: Path, device: str, say: Say) -> None:
        self._device, device_choice = _device(device)
        dtype, dtype_choice = _dtype(spec, self._device)
        self.choices = (device_choice, dtype_choice)
        self._say = say
        self._spec = spec
        self._folder = folder
        # Weights first: while they load, their file is in memory beside them; the tokenizer need not be there too.
        self._model = _model(spec, folder, dtype)
        self._reader = open_counter(spec, folder)
        self._tokens = _tokens(spec, folder, self._reader, self._model)
        # An empty one, because what stands there fills in whatever a search leaves unsaid.
        self._model.generation_config = GenerationConfig.from_dict({})
        self._model.to(self._device)
        if self._device.type == "cuda":
            torch.use_deterministic_algorithms(mode=True, warn_only=True)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in order; see :meth:`Reader.count`."""
        return self._reader.count(texts)

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generation]:
        """Answer each text, in order. Raises GenerationError as :meth:`diplosum.engine.Engine.generate` says."""
        rows = self._reader.encode(texts)
        refuse_long(self._spec, rows)
        known = self._model.get_input_embeddings().num_embeddings
        if any(token >= known for row in rows for token in row):
            raise broken(
                self._spec, self._folder, f"its tokenizer has tokens that its weights, {known} of them, do not"
            )
        with alone(), torch.inference_mode():
            search = partial(self._search, decoding=decoding)
            return within_memory(rows, search, _ran_out, spec=self._spec, say=self._say)

    def _search(self, rows: list[list[int]], decoding: Decoding) -> list[Generation]:
        sizes = [len(row) for row in rows]
        limits = [decoding.limit(size) for size in sizes]
        width, padding, ends = max(sizes), self._tokens["pad_token_id"], self._tokens["eos_token_id"]
        steps = _Steps(decoding, len(ends))
        hook = self._model.register_forward_hook(steps.listen)
        try:
            output = self._model.generate(
                input_ids=torch.tensor([row + [padding] * (width - len(row)) for row in rows], device=self._device),
                attention_mask=torch.tensor([[1] * size + [0] * (width - size) for size in sizes], device=self._device),
                generation_config=_settings(self._tokens, decoding, max(limits)),
                logits_processor=LogitsProcessorList([steps]),
                stopping_criteria=StoppingCriteriaList([_Limits(limits, self._device)]),
            )
        except FloatingPointError:
            raise GenerationError(
                "the model's numbers overflowed", where=self._spec.name, hint="try --device cpu"
            ) from None
        finally:
            hook.remove()
        answers = output.sequences[:, 1:].tolist()  # the token that starts the decoder is no part of an answer
        each = len(answers) // len(rows)
        paths = output.beam_indices.tolist() if decoding.beams > 1 else [[n] * max(limits) for n in range(len(rows))]
        generations = []
        for number, (row, limit) in enumerate(zip(rows, limits, strict=True)):
            first, *others = (
                self._hypothesis(len(row), answer[:limit], path, steps)
                for answer, path in zip(
                    answers[number * each : (number + 1) * each],
                    paths[number * each : (number + 1) * each],
                    strict=True,
                )
                if path[0] >= 0  # what is not found is padding
            )
            generations.append(replace(first, others=tuple(others)))
        return generations

    def _hypothesis(self, tokens_in: int, answer: list[int], path: list[int], steps: "_Steps") -> Generation:
        ends = self._tokens["eos_token_id"]
        size = next((n for n, token in enumerate(answer, 1) if token in ends), len(answer))
        score = steps.log_probability(answer[:size], path) / size
        return Generation(
            self._reader.decode(answer[:size]), score, tokens_in, size, truncated=answer[size - 1] not in ends
        )

    def rows(self, beams: int) -> int:
        """Sixteen, whatever the beams: more are not faster on a processor, and take memory."""
        del beams
        return 16

    def close(self) -> None:
        """Free the weights; the engine answers no more."""
        self._model = None
        _free()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_engine(spec: ModelSpec, folder: Path, *, device: str, say: Say) -> HfEngine:
    """Load the checkpoint in ``folder``; see :func:`diplosum.engine.open_engine`. Raises ModelError."""
    return HfEngine(spec, folder, device, say)


def open_parts(spec: ModelSpec, folder: Path) -> tuple[Reader, Any, dict[str, Any]]:
    """Load what a conversion needs: tokenizer, weights as they are stored, numbers of tokens. Raises ModelError."""
    model, reader = _model(spec, folder, "auto"), open_counter(spec, folder)
    return reader, model, _tokens(spec, folder, reader, model)


def _model(spec: ModelSpec, folder: Path, dtype: torch.dtype | Literal["auto"]) -> Any:  # noqa: ANN401 - no type has generate()
    """Load the weights, all of them. Raises ModelError."""
    with loading(spec, folder, "model"):
        config, _ = PreTrainedConfig.get_config_dict(str(folder), local_files_only=True)
        model, report = AutoModelForSeq2SeqLM.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, dtype=dtype, output_loading_info=True
        )
    missing = sorted(report["missing_keys"])
    output = model.get_output_embeddings().weight
    if config.get("tie_word_embeddings") is False and output is model.get_input_embeddings().weight:
        missing.append("the output layer")  # transformers 5 puts T5's embeddings in its place without a word
    if missing:
        raise broken(spec, folder, f"{len(missing)} of its weights are missing, such as {missing[0]}")
    return model


def _tokens(spec: ModelSpec, folder: Path, reader: Reader, model: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Find what GenerationConfig has to know about tokens; the target language is forced first. Raises ModelError."""
    sources = (model.config, model.generation_config)  # what the second says counts
    said = ((name, getattr(source, name, None)) for source in sources for name in _ABOUT_TOKENS)
    tokens = {name: value for name, value in said if value is not None}
    ends = tokens.get("eos_token_id")
    tokens["eos_token_id"] = ends if isinstance(ends, list) else [ends]
    end, padding = reader.tokenizer.eos_token_id, reader.tokenizer.pad_token_id
    if end not in tokens["eos_token_id"] or padding != tokens.get("pad_token_id"):
        raise broken(spec, folder, "its tokenizer and its weights have different numbers for </s> or <pad>")
    if spec.target_code is not None:
        if reader.first in {None, reader.tokenizer.unk_token_id}:
            raise no_language(spec, folder, f"target_code {spec.target_code}")
        tokens["forced_bos_token_id"] = reader.first
    return tokens


def _settings(tokens: dict[str, Any], decoding: Decoding, limit: int) -> GenerationConfig:
    """Search until no hypothesis can get better than those that are finished.

    With early_stopping it would end once as many are finished as there are beams, however bad they are.
    """
    beams = {"early_stopping": False, "length_penalty": decoding.length_penalty} if decoding.beams > 1 else {}
    return GenerationConfig(  # type: ignore[no-untyped-call] # transformers has not typed it
        **tokens,
        **beams,
        num_beams=decoding.beams,
        num_return_sequences=min(decoding.hypotheses, decoding.beams),
        do_sample=False,
        max_new_tokens=limit,
        no_repeat_ngram_size=decoding.no_repeat_ngram_size,
        return_dict_in_generate=True,
    )


def _device(wanted: str) -> tuple[torch.device, Choice]:
    seen = {"cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available()), "cpu": 1}
    if wanted == "auto":
        kind = next(kind for kind, number in seen.items() if number)
        reason = "PyTorch sees no GPU" if kind == "cpu" else "PyTorch sees one"
        return torch.device(kind), Choice("device", kind, reason)
    kind, _, number = wanted.partition(":")
    if not re.fullmatch(r"(?:cuda|mps|cpu)(?::\d+)?", wanted):
        raise ModelError(f"there is no device {wanted}", hint="--device auto, cpu, cuda, cuda:N or mps")
    if int(number or 0) >= seen[kind]:
        raise ModelError(f"PyTorch sees no device {wanted} on this machine", hint="--device auto")
    return torch.device(wanted), Choice("device", wanted, "you asked for it")


def _dtype(spec: ModelSpec, device: torch.device) -> tuple[torch.dtype, Choice]:
    if device.type != "cuda":
        return torch.float32, Choice("dtype", "float32", "it is exact")
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16, Choice("dtype", "bfloat16", "this GPU is made for it, and it does not overflow")
    if spec.float16:
        return torch.float16, Choice("dtype", "float16", "this GPU has no bfloat16")
    return torch.float32, Choice("dtype", "float32", "this model overflows in float16, and this GPU has no bfloat16")


def _ran_out(error: BaseException) -> bool:
    """Tell whether memory ran out, and free what the failed attempt left."""
    known = isinstance(error, (torch.OutOfMemoryError, MemoryError))
    if known or any(words in str(error) for words in _OUT_OF_MEMORY):
        error.__traceback__ = None  # which keeps the tensors of the attempt
        _free()
        return True
    return False


def _free() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
