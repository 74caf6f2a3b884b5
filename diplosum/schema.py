"""What a models.toml may say: its keys, their values, and how they must fit together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, Literal

from diplosum import toml
from diplosum.arabic import Rules
from diplosum.engine import Decoding

SOURCE = "ar"
# What is done, and the language that it is written in.
TASKS: Mapping[str, tuple[Literal["translate", "summarize"], str]] = {
    "translate": ("translate", "en"),
    "summarize": ("summarize", "ar"),
    "summarize-en": ("summarize", "en"),
}


def _whole(low: int, high: int) -> toml.Value:
    words = f"a whole number from {low} to {high}"
    return toml.Value(words, lambda value: type(value) is int and low <= value <= high)


def _number(low: float, high: float) -> toml.Value:
    return toml.Value(
        f"a number from {low} to {high}", lambda value: type(value) in {int, float} and low <= value <= high
    )


def _like(pattern: str, words: str) -> toml.Value:
    matches = re.compile(pattern, re.ASCII).fullmatch
    return toml.Value(words, lambda value: isinstance(value, str) and matches(value) is not None)


def _one_of(names: Iterable[str]) -> toml.Value:
    known = list(names)
    return toml.Value(" or ".join(known), lambda value: value in known)


def _required(record: type) -> tuple[str, ...]:
    return tuple(key.name for key in fields(record) if key.default is MISSING)


_TEXT = toml.Value("a text that says something", lambda value: isinstance(value, str) and value.strip() != "")
_TEXTS = toml.Value(
    "a list of one or more texts", lambda value: isinstance(value, list) and value != [] and all(map(_TEXT.fits, value))
)
_TOKENIZERS = toml.Value(
    "a list of one or more names",
    lambda value: isinstance(value, list) and value != [] and all(isinstance(name, str) for name in value),
)
_FLAG = toml.Value("true or false", lambda value: isinstance(value, bool))
_NAME = _like(r"[A-Za-z0-9][\w.-]*", "a name of letters, digits, dots, hyphens and underscores")

_DECODING = {
    "beams": _whole(1, 64),
    "max_target_tokens": _whole(1, 100_000),
    "length_factor": _number(0.0, 100.0),
    "length_margin": _whole(1, 100_000),
    "length_penalty": _number(-10.0, 10.0),
    "repetition_penalty": _number(1.0, 10.0),
    "no_repeat_ngram_size": _whole(0, 100),
}
_SETTINGS: Mapping[str, toml.Schema] = {  # of tasks, families and models
    "max_source_tokens": _whole(8, 100_000),
    "source_code": _TEXT,
    "target_code": toml.Table({"ar": _TEXT, "en": _TEXT}, required=("ar", "en")),
    "prefix": toml.Value("a text", lambda value: isinstance(value, str)),
    "float16": _FLAG,
    "conversion": _one_of(
        ["int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32", "none"]
    ),
    "decoding": toml.Table(_DECODING),
    "normalise": toml.Table({rule.name: _FLAG for rule in fields(Rules)}),
    "probes": toml.Array(toml.Table({"source": _TEXT, "expect": _TEXTS}, required=("source", "expect"))),
}
_TASK = toml.Table(
    {**_SETTINGS, "decoding": toml.Table(_DECODING, required=_required(Decoding))},
    required=("max_source_tokens", "decoding"),
)
_FAMILY = toml.Table(
    {**_SETTINGS, "model_type": _TEXT, "architecture": _TEXT, "tokenizer_class": _TOKENIZERS},
    required=("model_type", "architecture"),
)
_MODEL = toml.Table(
    {
        **_SETTINGS,
        "task": _one_of(TASKS),
        "kind": _one_of(["seq2seq", "extractive"]),
        "family": _TEXT,
        "description": _TEXT,
        "repo": _like(r"[\w-][\w.-]*/[\w.-]+", "a repository such as facebook/m2m100_418M"),
        "revision": _like(
            r"[0-9a-f]{40}|refs/[\w./-]+", "a full commit hash (40 hex digits) or a ref such as refs/pr/7"
        ),
        "path": _TEXT,
        "asset": _NAME,
        "licence": _TEXT,
        "commercial": _FLAG,
        "licence_note": _TEXT,
        "parameters": _whole(1, 10**13),
        "download_bytes": _whole(1, 10**14),
    },
    required=("task", "licence"),
)
FILE = toml.Table(
    {
        "schema": toml.Value(
            "1, the only one that this diplosum reads", lambda value: value == 1 and value is not True
        ),
        "policy": toml.Table({"commercial_only": _FLAG}),
        "defaults": toml.Table(dict.fromkeys(TASKS, _TEXTS), required=TASKS),
        "tasks": toml.Table(dict.fromkeys(TASKS, _TASK), required=TASKS),
        "families": toml.Named(_FAMILY, _NAME),
        "models": toml.Named(_MODEL, _NAME),
    },
    required=("schema", "defaults", "tasks", "families", "models"),
)


def contradictions(tables: Mapping[str, Any]) -> Iterator[toml.Mistake]:
    """Yield what is wrong between the tables that toml.check left; what was wrong by itself is None and passed over."""
    models, families = tables.get("models", {}), tables.get("families", {})
    for task, names in tables.get("defaults", {}).items() if models else ():
        for name in names or ():
            if name not in models:
                yield toml.Mistake(("defaults", task), f"there is no model {name}{toml.meant(name, models)}")
            elif models[name].get("task") not in {task, None}:
                yield toml.Mistake(("defaults", task), f"{name} is a model for {models[name]['task']}")
    taken: dict[tuple[str, str, str], str] = {}
    for name, family in families.items():
        for tokenizer in family.get("tokenizer_class", ["any"]) or ():
            matcher = (family.get("model_type"), family.get("architecture"), tokenizer)
            if None not in matcher and taken.setdefault(matcher, name) != name:
                yield toml.Mistake(("families", name), f"describes the same checkpoints as families.{taken[matcher]}")
    for name, model in models.items():
        if model:
            yield from (toml.Mistake(("models", name, *keys), message) for keys, message in _model(model, families))


def _model(model: Mapping[str, Any], families: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    if model.get("kind") == "extractive":
        for key in ("family", "repo", "revision", "path", "asset"):
            if key in model:
                yield (key,), "a model of kind extractive is embedded and has none"
        if model.get("task") not in {"summarize", None}:
            yield ("task",), "a model of kind extractive can only summarize"
        return
    if not {"repo", "path", "asset"} & model.keys():
        yield (), "repo or path is missing"
    if "asset" in model and {"repo", "path"} & model.keys():
        yield ("asset",), "an embedded model has no repo and no path"
    if "family" not in model:
        yield (), "family is missing"
    family = model.get("family")
    if families and family is not None and family not in families:
        yield ("family",), f"there is no family {family}{toml.meant(family, families)}"
