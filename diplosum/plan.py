"""Which steps a command takes, and which model does each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from diplosum import conversion, store
from diplosum.catalog import Catalog, ModelSpec, Task, TaskKey
from diplosum.engine import EngineName
from diplosum.errors import CatalogError, ModelError
from diplosum.glossary import Glossary
from diplosum.step import Length, Reads, Step

Command = Literal["summarize", "translate", "brief"]
_TASKS: tuple[Task, ...] = ("summarize", "translate")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user asked for. Each of ``models`` is a name or a folder, or ``summarize=`` or ``translate=`` before one.

    ``installed`` is False for a forecast: the model that would be recommended will do. ``fallback`` names a second one.
    """

    command: Command
    to: Literal["ar", "en"] = "en"
    models: Sequence[str] = ()
    engine: EngineName | Literal["auto"] = "auto"
    device: str = "auto"
    beams: int | None = None
    batch_size: int | None = None
    length: Length = field(default_factory=Length)
    installed: bool = True
    commercial_only: bool = False
    check: bool = True
    glossary: Glossary | None = None
    fallback: str | None = None


def plan(wish: Wish, catalog: Catalog) -> list[Step]:
    """Choose the steps and their models; nothing is loaded yet. Raises CatalogError and ModelError."""
    if wish.commercial_only:
        catalog = replace(catalog, commercial_only=True)
    to_english = wish.command == "summarize" and wish.to == "en"
    tasks = (wish.command,) if wish.command != "brief" and not to_english else _TASKS
    named = _named(wish, catalog, tasks)
    wanted: tuple[tuple[TaskKey, Reads], ...] = (("translate", "document"),)
    if wish.command == "brief":
        wanted = ("summarize", "document"), ("translate", "summary"), ("translate", "document")
    elif to_english and _writes_english(catalog, named):
        wanted = (("summarize-en", "document"),)
    elif to_english:
        wanted = ("summarize", "document"), ("translate", "summary")
    elif wish.command == "summarize":
        wanted = (("summarize", "document"),)
    steps = [_step(wish, catalog, key, reads, named) for key, reads in wanted]
    return _with_aids(wish, catalog, steps)


def _with_aids(wish: Wish, catalog: Catalog, steps: list[Step]) -> list[Step]:
    """Give steps that translate the glossary and the fallback. Raises CatalogError where there are none."""
    if not (wish.glossary or wish.fallback):
        return steps
    if all(step.task != "translate" for step in steps):
        aid = "--glossary" if wish.glossary else "--fallback"
        raise CatalogError(f"{aid} is for translations, and this command makes none", hint=f"leave {aid} out")
    fallback = _fallback(wish, catalog) if wish.fallback else None
    if fallback and any(fallback.folder == step.folder for step in steps if step.folder and step.task == "translate"):
        raise CatalogError(f"{wish.fallback} is the model already", hint="name another --fallback")
    return [
        replace(step, glossary=wish.glossary, fallback=fallback) if step.task == "translate" else step for step in steps
    ]


def _fallback(wish: Wish, catalog: Catalog) -> Step:
    step = _step(wish, catalog, "translate", "document", {"translate": wish.fallback or ""})
    return replace(step, reason="named with --fallback")


def _writes_english(catalog: Catalog, named: Mapping[Task, str]) -> bool:
    """Whether a model summarizes Arabic straight into English: the one that was named, or one that is installed."""
    if name := named.get("summarize"):
        return name in catalog.models and catalog.models[name].target == "en"
    return not named and any(store.locate(spec) for spec in catalog.preferred("summarize-en") if catalog.allows(spec))


def _named(wish: Wish, catalog: Catalog, tasks: Sequence[Task]) -> dict[Task, str]:
    """Give each named model its task. Raises CatalogError for a second one, and where the task cannot be told."""
    named: dict[Task, str] = {}
    for value in wish.models:
        prefix, equals, name = value.partition("=")
        task = next((task for task in _TASKS if equals and prefix == task), None)
        if task is None:
            task, name = tasks[0] if len(tasks) == 1 else _task_of(value, catalog), value
        if task not in tasks:
            raise CatalogError(f"{name} was named to {task}, which this command does not", hint="leave it out")
        if task in named:
            raise CatalogError(f"two models were named to {task}: {named[task]} and {name}", hint="name one of them")
        named[task] = name
    return named


def _task_of(name: str, catalog: Catalog) -> Task:
    if name in catalog.models or not store.is_folder(name, catalog):
        return catalog.model(name).task
    raise CatalogError(
        f"what is the model in {name} for?", hint=f"type --model translate={name} or --model summarize={name}"
    )


def _step(wish: Wish, catalog: Catalog, key: TaskKey, reads: Reads, named: Mapping[Task, str]) -> Step:
    task: Task = "translate" if key == "translate" else "summarize"
    chosen = store.choose(catalog, key, named.get(task), installed=wish.installed)
    folder = chosen.location.folder if chosen.location else None
    engine, why = _engine(wish, chosen.spec, folder)
    return Step(
        task=task,
        reads=reads,
        spec=replace(chosen.spec, revision=chosen.revision),
        folder=None if chosen.spec.kind == "extractive" else folder,
        engine=engine,
        reason=chosen.reason,
        engine_reason=why,
        device=wish.device,
        beams=wish.beams,
        batch_size=wish.batch_size,
        length=wish.length,
        check=wish.check,
    )


def _engine(wish: Wish, spec: ModelSpec, folder: Path | None) -> tuple[EngineName | None, str]:
    """Choose what runs a checkpoint, and say why: converted weights are faster. Raises ModelError."""
    converted = conversion.find(folder) if folder else None
    if spec.kind == "extractive":
        return None, ""
    if spec.asset:
        if wish.engine == "hf" or wish.device == "mps":
            hint = "leave out --engine and --device"
            raise ModelError(f"{spec.name} is embedded as weights for CTranslate2, on a processor or CUDA", hint=hint)
        return "ct2", "it is embedded converted"
    if wish.engine == "ct2" and folder and not converted:
        raise ModelError(
            f"{spec.name} has not been converted for CTranslate2",
            where=str(folder),
            hint=f"diplosum models convert {spec.name if spec.repo else folder}",
        )
    if wish.engine != "auto":
        return wish.engine, "you asked for it"
    if wish.device == "mps":
        return "hf", "CTranslate2 does not run on mps"
    return ("ct2", "a conversion is there") if converted else ("hf", "there is no conversion for CTranslate2")
