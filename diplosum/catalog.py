"""models.toml: find it, read it, check it, answer questions about it."""

import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from diplosum import schema, toml
from diplosum.arabic import Rules
from diplosum.engine import Decoding
from diplosum.errors import CatalogError, ModelError
from diplosum.schema import SOURCE, TASKS

Task = Literal["summarize", "translate"]
TaskKey = Literal["translate", "summarize", "summarize-en"]
Kind = Literal["seq2seq", "extractive"]


@dataclass(frozen=True, slots=True)
class Probe:
    """A source sentence and words that a sound model's output contains (compared without case)."""

    source: str
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model: what it is, where it comes from, what it may be used for, how it is spoken to."""

    name: str
    task: Task
    kind: Kind  # extractive: the summarizer embedded in the package, which has no checkpoint
    family: str | None  # key of [families.*]; None for kind extractive
    source: str  # ISO 639-1 code of the language it reads
    target: str  # ISO 639-1 code of the language it writes
    description: str
    repo: str | None  # on the Hugging Face hub
    revision: str | None  # full commit hash, or a ref such as refs/pr/7
    path: Path | None  # a local checkpoint folder, instead of repo
    licence: str  # SPDX-like
    commercial: bool | None  # None: not known
    licence_note: str
    parameters: int | None
    download_bytes: int | None  # of the files that are needed, as far as known
    source_code: str | None  # source language code of the tokenizer (arb_Arab, ar_AR, ar)
    target_code: str | None  # token that is forced first in the output (eng_Latn, en_XX, ...)
    prefix: str  # put before every source text ("<2en> ")
    max_source_tokens: int  # special tokens included
    float16: bool  # may run in float16 on a GPU; False for T5 and mT5
    decoding: Decoding
    rules: Rules  # how the model's copy of a text is made
    probes: tuple[Probe, ...] = field(default=())
    conversion: str = "int8"  # of the weights for CTranslate2; none: not converted
    asset: str | None = None  # folder of converted weights inside this package, instead of repo; not in every build


@dataclass(frozen=True, slots=True)
class Family:
    """What checkpoints of one architecture and tokenizer share, and how they are recognised."""

    name: str
    model_type: str  # of config.json
    architecture: str  # among config.json's architectures
    tokenizer_class: tuple[str, ...]  # of tokenizer_config.json, "" for none; empty: any that no other family names
    settings: Mapping[str, Any]  # the family's table

    def __str__(self) -> str:
        tokenizers = " or ".join(name or "no tokenizer named" for name in self.tokenizer_class)
        return f"{self.architecture} with {tokenizers or 'any tokenizer'}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the files of ``paths`` say together; a later file overrides an earlier one."""

    models: Mapping[str, ModelSpec]
    families: Mapping[str, Family]
    defaults: Mapping[str, tuple[str, ...]]  # names of models for each TaskKey, the one to prefer first
    tasks: Mapping[str, Mapping[str, Any]]  # the tables [tasks.*]
    paths: tuple[Path, ...]
    commercial_only: bool = False  # policy: run no model whose licence does not allow commercial use

    def model(self, name: str) -> ModelSpec:
        """Look ``name`` up. Raises CatalogError, with the nearest names, when there is no such model."""
        if name in self.models:
            return self.models[name]
        meant = toml.nearest(name, self.models, count=3)
        hint = f"did you mean {' or '.join(meant)}?" if meant else "diplosum models"
        raise CatalogError(f"there is no model {name}", hint=hint)

    def allows(self, spec: ModelSpec) -> bool:
        """Whether the policy lets ``spec`` run: a licence that is not known does not allow commercial use."""
        return spec.commercial is True or not self.commercial_only

    def preferred(self, task: TaskKey) -> tuple[ModelSpec, ...]:
        """Models for ``task``, the one to prefer first."""
        return tuple(self.models[name] for name in self.defaults[task])

    def for_folder(self, folder: Path, task: TaskKey) -> ModelSpec:
        """Describe a checkpoint that is in no catalog, by what its folder says and by its family.

        Raises ModelError when the folder holds no readable checkpoint, CatalogError when no family describes it.
        """
        folder = folder.expanduser().resolve()
        config = configuration(folder)
        family = self.family(config, str(folder))
        table = {"task": task, "family": family.name, "path": str(folder), "licence": "unknown"}
        spec = _spec(folder.name, table, self.tasks, {family.name: family.settings})
        positions = config.get("max_position_embeddings")
        if not isinstance(positions, int):
            return spec
        return replace(
            spec,
            max_source_tokens=min(spec.max_source_tokens, positions),
            decoding=replace(spec.decoding, max_target_tokens=min(spec.decoding.max_target_tokens, positions)),
        )

    def family(self, config: Mapping[str, Any], where: str) -> Family:
        """Find the family of a checkpoint by its :func:`configuration`. Raises CatalogError."""
        model_type, architectures = config.get("model_type"), config.get("architectures") or ()
        tokenizer = str(config.get("tokenizer_class", "")).removesuffix("Fast")
        related = [
            family
            for family in self.families.values()
            if family.model_type == model_type and (not architectures or family.architecture in architectures)
        ]
        named = [family for family in related if tokenizer in family.tokenizer_class]
        for family in named or [family for family in related if not family.tokenizer_class]:
            return family
        shown = ", ".join(str(part) for part in (model_type, *architectures, tokenizer) if part)
        raise CatalogError(
            f"no family of models.toml describes this checkpoint ({shown or 'config.json names no model_type'})",
            where=where,
            hint=f"described are {'; '.join(map(str, self.families.values()))}",
        )


def find(option: str | None = None) -> Path:
    """Find the models.toml to read.

    That is ``option``, $DIPLOSUM_MODELS, the current folder's, the user's, or the packaged one. Raises CatalogError
    when the file that was named does not exist.
    """
    for named, how in ((option, "--models"), (os.environ.get("DIPLOSUM_MODELS"), "$DIPLOSUM_MODELS")):
        if named:
            if not Path(named).expanduser().is_file():
                raise CatalogError("no such file", where=named, hint=f"name a file with {how}, or leave it out")
            return Path(named).expanduser()
    return next((path for path in (Path("models.toml"), _users()) if path.is_file()), _packaged())


def own(option: str | None = None) -> Path:
    """Find the models.toml that a user writes to: the one that :func:`find` finds, unless that is the packaged one."""
    found = find(option)
    return _users() if found.samefile(_packaged()) else found


def _users() -> Path:
    from platformdirs import user_config_path  # 6 ms, and only where no file was named

    return user_config_path("diplosum", appauthor=False) / "models.toml"


def load(option: str | None = None) -> Catalog:
    """Read the packaged models.toml and, over it, the one that :func:`find` finds.

    Raises one CatalogError with every mistake, a line each.
    """
    found, packaged = find(option), _packaged()
    paths = (found,) if found.samefile(packaged) else (packaged, found)
    tables: dict[str, Any] = {}
    for path in paths:
        tables = _merged(tables, _read(path))
    rest, mistakes = toml.check(tables, schema.FILE)
    mistakes += schema.contradictions(rest)
    if mistakes:
        raise CatalogError("\n".join(_placed(mistakes, paths)), hint="correct the file, or name another with --models")
    return _catalog(tables, paths)


def _catalog(tables: Mapping[str, Any], paths: tuple[Path, ...]) -> Catalog:
    tasks, families, models = tables["tasks"], tables["families"], tables["models"]
    return Catalog(
        models=MappingProxyType({name: _spec(name, table, tasks, families) for name, table in models.items()}),
        families=MappingProxyType(
            {
                name: Family(
                    name, table["model_type"], table["architecture"], tuple(table.get("tokenizer_class", ())), table
                )
                for name, table in families.items()
            }
        ),
        defaults=MappingProxyType({task: tuple(names) for task, names in tables["defaults"].items()}),
        tasks=MappingProxyType(tasks),
        paths=paths,
        commercial_only=tables.get("policy", {}).get("commercial_only", False),
    )


def _spec(name: str, model: Mapping[str, Any], tasks: Mapping[str, Any], families: Mapping[str, Any]) -> ModelSpec:
    """Build a model: what its table does not say its family says, and what the family does not say its task says."""
    table = _merged(_merged(tasks[model["task"]], families.get(model.get("family", ""), {})), model)
    task, target = TASKS[model["task"]]
    path = Path(table["path"]) if "path" in table else None
    return ModelSpec(
        name=name,
        task=task,
        kind=table.get("kind", "seq2seq"),
        family=table.get("family"),
        source=SOURCE,
        target=target,
        description=table.get("description", ""),
        repo=None if path else table.get("repo"),
        revision=None if path else table.get("revision"),
        path=path,
        licence=table["licence"],
        commercial=table.get("commercial"),
        licence_note=table.get("licence_note", ""),
        parameters=table.get("parameters"),
        download_bytes=table.get("download_bytes"),
        source_code=table.get("source_code"),
        target_code=table.get("target_code", {}).get(target),
        prefix=table.get("prefix", ""),
        max_source_tokens=table["max_source_tokens"],
        float16=table.get("float16", False),
        decoding=Decoding(**table["decoding"]),
        rules=Rules(**table.get("normalise", {})),
        probes=tuple(Probe(probe["source"], tuple(probe["expect"])) for probe in table.get("probes", ())),
        conversion=table.get("conversion", "int8"),
        asset=table.get("asset"),
    )


def _packaged() -> Path:
    """Inside an installed package; beside it in a checkout."""
    here = Path(__file__).parent
    path = next((path for path in (here / "models.toml", here.parent / "models.toml") if path.is_file()), None)
    if path is None:
        raise CatalogError("the packaged models.toml is gone", hint="pip install --force-reinstall diplosum")
    return path


def _read(path: Path) -> dict[str, Any]:
    """Tables of a file; what is a path in them is made absolute."""
    try:
        text = path.read_text("utf-8-sig")
        tables = tomllib.loads(text)
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise CatalogError("is not UTF-8 text", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        line, message = toml.located(error, text)
        raise CatalogError(message, where=f"{path}:{line}", hint="https://toml.io shows how TOML is written") from error
    models = tables.get("models")
    for model in models.values() if isinstance(models, dict) else ():
        if isinstance(model, dict) and isinstance(model.get("path"), str):
            model["path"] = str(path.parent.resolve() / Path(model["path"]).expanduser())
    return tables


def _placed(mistakes: Iterable[toml.Mistake], paths: tuple[Path, ...]) -> list[str]:
    """Each mistake behind the file and the line that it stands on, in the order of the files."""
    places = {
        keys: (number, line)
        for number, path in enumerate(paths)
        for keys, line in toml.lines(path.read_text("utf-8-sig")).items()
    }
    placed = []
    for mistake in mistakes:
        ways = (mistake.keys[:end] for end in range(len(mistake.keys), 0, -1))
        number, line = next((places[way] for way in ways if way in places), (0, 1))
        placed.append((number, line, str(mistake)))
    return [f"{paths[number]}:{line}: {mistake}" for number, line, mistake in sorted(placed)]


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``over`` on top of ``under``: tables key by key, everything else replaced."""
    both = {
        key: _merged(under[key], over[key])
        for key in under.keys() & over.keys()
        if isinstance(under[key], dict) and isinstance(over[key], dict)
    }
    return {**under, **over, **both}


def configuration(folder: Path) -> dict[str, Any]:
    """config.json, with the tokenizer_class that tokenizer_config.json names. Raises ModelError."""
    if not folder.is_dir():
        raise ModelError("no such folder", where=str(folder), hint="diplosum models")
    config = _json(folder / "config.json")
    tokenizer = folder / "tokenizer_config.json"
    named = _json(tokenizer).get("tokenizer_class") if tokenizer.is_file() else None
    return {**config, "tokenizer_class": named} if named else config


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ModelError("no such file", where=str(path), hint="name the folder of a checkpoint") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot be read: {error}", where=str(path), hint="copy the checkpoint again") from error
    if not isinstance(found, dict):
        raise ModelError("holds no JSON object", where=str(path), hint="copy the checkpoint again")
    return found
