"""Checkpoint folder in, the same model for CTranslate2 out."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from diplosum.catalog import ModelSpec
from diplosum.errors import ModelError

FOLDER = "ct2"  # inside the folder of the checkpoint, whose tokenizer the converted model goes on using
TOKENS = "tokens.json"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What transformers knows about a checkpoint's tokens and SentencePiece does not; each token by its name."""

    source_code: str | None  # of ModelSpec: the language that ``before`` or ``after`` names
    before: list[str]  # put before every text
    after: list[str]  # and behind it
    first: list[str]  # begins every answer
    ends: list[str]  # any of them ends an answer
    unknown: str
    control: list[str]  # instructions to the model, never to come out of a user's text
    silent: list[str]  # left out of what a user reads
    spell: str  # regular expression for words of a text that would become control tokens
    suppress: list[list[str]]  # never to be said


def find(folder: Path) -> Path | None:
    """Return the converted model that belongs to the checkpoint in ``folder``, or None."""
    return next((place for place in (folder / FOLDER, folder) if (place / "model.bin").is_file()), None)


def convert(folder: Path, into: Path, *, quantization: str = "int8", spec: ModelSpec) -> None:
    """Convert the checkpoint in ``folder`` for CTranslate2, with weights in ``quantization``.

    ``into`` is replaced as a whole, at the end. The network is not touched. Raises ModelError with the reason.
    """
    room = Path(mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        _convert(folder, room / into.name, quantization, spec)
        shutil.rmtree(into, ignore_errors=True)
        (room / into.name).rename(into)
    except ModelError:
        raise
    except Exception as error:  # the converter raises anything
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ModelError(
            f"{spec.name} cannot be converted for CTranslate2: {reason}",
            where=str(folder),
            hint="--engine hf runs it as it is",
        ) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _convert(folder: Path, into: Path, quantization: str, spec: ModelSpec) -> None:
    # What converts takes 4 s of CPU time to import: torch and transformers.
    from ctranslate2.converters import TransformersConverter

    from diplosum.engines import hf

    reader, model, numbers = hf.open_parts(spec, folder)

    class Converter(TransformersConverter):  # type: ignore[misc] # ctranslate2 publishes no types
        """Converts what the other engine loads, which has been checked, and nothing else."""

        def load_model(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - as above
            return model

        def load_tokenizer(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - as above
            return reader.tokenizer

    _check_start(model)
    if model.config.model_type in {"t5", "mt5"}:  # CTranslate2 scales the output by what version 4 called this
        model.config.tie_word_embeddings = getattr(model.config, "scale_decoder_outputs", False)
    Converter(str(folder)).convert(str(into), quantization=quantization)
    names: Any = reader.tokenizer.convert_ids_to_tokens
    if model.config.model_type != "marian":  # whose decoder starts from zeros, not from a token
        _start_with(into / "config.json", names(numbers["decoder_start_token_id"]))
    first = numbers.get("forced_bos_token_id")
    known = set(json.loads((into / "shared_vocabulary.json").read_text("utf-8")))
    never = [*numbers.get("bad_words_ids", ()), *([token] for token in numbers.get("suppress_tokens", ()))]
    tokens = Tokens(
        source_code=spec.source_code,
        before=names(reader.before),
        after=names(reader.after),
        first=[] if first is None else [names(first)],
        ends=names(numbers["eos_token_id"]),
        unknown=names(reader.unknown),
        control=sorted(names([*reader.control])),
        silent=sorted(names([number for number in reader.silent if number is not None])),
        spell=reader.spell.pattern,
        suppress=[said for said in map(names, never) if known.issuperset(said)],
    )
    (into / TOKENS).write_text(json.dumps(asdict(tokens), ensure_ascii=False, indent=1), "utf-8")


def _check_start(model: Any) -> None:  # noqa: ANN401 - transformers' models have too many types
    """Refuse what CTranslate2 would convert without a word, and wrongly.

    It drops the last token of a Marian model, taking it for <pad>, and starts from zeros in its place.
    """
    config = model.config
    if config.model_type == "marian":
        start = config.decoder_start_token_id
        if start != config.pad_token_id or start != model.get_input_embeddings().weight.shape[0] - 1:
            raise ValueError("its decoder starts from another token than <pad>, the last of the vocabulary")
        if model.get_decoder().get_input_embeddings().weight[start].any():
            raise ValueError("the embedding of <pad>, from which its decoder starts, is not zero")


def _start_with(config: Path, token: str) -> None:
    """Name the token that starts the decoder; CTranslate2 guesses it from the name of the tokenizer."""
    settings = json.loads(config.read_text("utf-8")) | {"decoder_start_token": token}
    config.write_text(json.dumps(settings, indent=2), "utf-8")
