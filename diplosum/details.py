"""All that is known of one model: its entry, where it lies, its hashes, the probe's last result."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from diplosum import lock, store
from diplosum.catalog import ModelSpec
from diplosum.lock import Lock
from diplosum.render import safe
from diplosum.size import size
from diplosum.store import Location


@dataclass(frozen=True, slots=True)
class Details:
    """A model of the catalog, and what of it is on this machine."""

    spec: ModelSpec
    location: Location | None
    lock: Lock | None


def of(spec: ModelSpec) -> Details:
    """Look at the disk. Raises ModelError when the lock file is broken."""
    locked, location = lock.read(store.folder() / spec.name), store.locate(spec)
    return Details(spec, location, locked if location and location.found == "model store" else None)


def text(details: Details) -> str:
    """Render as lines of a name and a value."""
    rows = [*_entry(details.spec), *_disk(details)]
    width = max(len(name) for name, _ in rows)
    return "".join(f"{name.ljust(width)}  {safe(value)}".rstrip() + "\n" for name, value in rows)


def _entry(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    yield "name", spec.name
    yield "description", spec.description
    yield "task", f"{spec.task}, {spec.source} to {spec.target}"
    yield "licence", f"{spec.licence}, {store.COMMERCIAL[spec.commercial]}. {spec.licence_note}".rstrip()
    if spec.repo:
        yield "repository", spec.repo
        yield "revision", spec.revision or "main"
        yield "download", size(spec.download_bytes)
    if spec.kind == "extractive":
        return
    yield "family", spec.family or "-"
    yield "parameters", f"{spec.parameters:,}" if spec.parameters else "-"
    yield "codes", f"source {spec.source_code or '-'}, target {spec.target_code or '-'}, prefix {spec.prefix or '-'}"
    yield "reads", f"{spec.max_source_tokens} tokens at once"
    yield "decoding", ", ".join(f"{name} {value}" for name, value in asdict(spec.decoding).items())
    yield "float16", "may be used on a GPU" if spec.float16 else "never"
    yield "conversion", spec.conversion
    for probe in spec.probes:
        yield "probe", f"{probe.source} -> {', '.join(probe.expect)}"


def _disk(details: Details) -> Iterator[tuple[str, str]]:
    if details.location is None:
        yield "installed", "no"
        return
    yield "installed", f"{details.location.found}, {details.location.folder}"
    if details.location.revision:
        yield "commit", details.location.revision
    if details.lock:
        yield "pulled with", f"diplosum {details.lock.version}"
        for engine, verdict in details.lock.probe.items():
            yield "last probe", f"{engine}: {verdict}"
        for name, stamp in details.lock.files.items():
            yield "file", f"{stamp.digest}  {stamp.size:>13,}  {name}"


def as_json(details: Details) -> str:
    """Render as a JSON document."""
    record = {
        "schema": 1,
        "model": asdict(details.spec) | {"path": str(details.spec.path) if details.spec.path else None},
        "installed": {"found": details.location.found, "folder": str(details.location.folder)}
        if details.location
        else None,
        "lock": asdict(details.lock) if details.lock else None,
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


WRITERS: Mapping[str, Callable[[Details], str]] = {"text": text, "json": as_json}
