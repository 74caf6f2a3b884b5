"""Describing a model of the hub: its own files say most of an entry of models.toml, the rest is left as questions."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from diplosum import catalog, hub
from diplosum.catalog import Catalog, TaskKey
from diplosum.engine import Say
from diplosum.errors import CatalogError
from diplosum.hub import Repository

_TASKS: dict[str, TaskKey] = {"translation": "translate", "summarization": "summarize"}
_NAMING = ("config.json", "tokenizer_config.json")
_NON_COMMERCIAL = re.compile(r"(^|-)nc(-|$)|non-?commercial", re.IGNORECASE)
_PERMISSIVE = {"apache-2.0", "mit", "bsd-3-clause", "bsd-2-clause", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0"}
_SPELLED = {"apache-2.0": "Apache-2.0"}


def add(  # noqa: PLR0913 - what the command takes
    repo: str, known: Catalog, *, task: TaskKey | None, name: str | None, into: Path, say: Say
) -> str:
    """Write an entry for ``repo`` to the file ``into``, and return its name.

    Raises ModelError when the hub does not have it, and CatalogError when it is not named OWNER/NAME, is no model that
    can run, or is there already, and when nothing says what it is for.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
        raise CatalogError(f"{repo} is no repository of the hub", hint="diplosum models add OWNER/NAME")
    source = hub.repository(repo, None, where=repo, say=say)
    name = name or re.sub(r"[^a-z0-9.-]+", "-", repo.rpartition("/")[2].lower()).strip(".-")
    if name in known.models:
        raise CatalogError(f"there is a model {name} already", hint="give it another one with --name")
    with TemporaryDirectory() as folder:
        for file in (file for file in _NAMING if file in source.files):
            hub.fetch(source, file, Path(folder), arrived=lambda _file, _count: None, say=say)
        family = known.family(catalog.configuration(Path(folder)), repo)
    task = task or _TASKS.get(source.task or "")
    if task is None:
        hint = f"diplosum models add {repo} --task translate (or summarize, or summarize-en)"
        raise CatalogError("its page does not say what it is for", where=repo, hint=hint)
    before = into.read_text("utf-8-sig") if into.is_file() else "schema = 1\n"
    entry = "\n".join(_lines(name, task, family.name, source))
    into.parent.mkdir(parents=True, exist_ok=True)
    new = into.with_name(f".{into.name}.new")
    new.write_text(f"{before.rstrip()}\n\n{entry}\n", "utf-8")
    try:
        catalog.load(str(new))
        new.replace(into)
    finally:
        new.unlink(missing_ok=True)
    say(f"{name}: written to {into}; answer what is marked with a question there, then: diplosum models pull {name}")
    return name


def _lines(name: str, task: TaskKey, family: str, source: Repository) -> Iterator[str]:
    yield f"[models.{name if re.fullmatch(r'[A-Za-z0-9_-]+', name) else _text(name)}]"
    yield f"task = {_text(task)}"
    yield f"family = {_text(family)}"
    yield '# description = "…"  # Question: what is it good for?'
    yield f"repo = {_text(source.name)}"
    yield f"revision = {_text(source.commit)}"
    licence = source.licence or ""
    yield f"licence = {_text(_SPELLED.get(licence, licence.upper() or 'unknown'))}" + (
        "" if licence else "  # Question: under which licence is it? Its page states none."
    )
    if _NON_COMMERCIAL.search(licence):
        yield "commercial = false"
    elif licence in _PERMISSIVE:
        yield "commercial = true"
    else:
        yield "# commercial = …  # Question: does its licence allow commercial use? true or false"
    if source.parameters:
        yield f"parameters = {source.parameters}"
    else:
        yield "# parameters = …  # Question: how many has it? The probe compares them, within 20 %."
    yield f"download_bytes = {sum(stamp.size for stamp in source.files.values())}"
    if family == "t5":
        yield '# prefix = "…"  # Question: does it want a word before the text, such as "<2en> "?'
    yield "# probes = […]  # Question: which words must be in its answers? Without this, those of its task are tried."


def _text(value: str) -> str:
    """Write a TOML string; JSON's are ones."""
    return json.dumps(value, ensure_ascii=False)
