"""Weights into the package, if they are good enough: a fluent wrong sentence is worse than none."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from diplosum import conversion
from training import files, sources, trying

NAME = "draft-ar-en"
ASSETS = Path(__file__).parents[1] / "diplosum" / "assets"
LIMITS = (
    "A draft: it gets sentences wrong, and may do so fluently. Check names, numbers and who did what.",
    "Small, and learned from little text: names and words that it has not seen are guessed.",
    "It learned from news, diplomacy, software, the Bible and everyday sentences, mostly one sentence at a time.",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What a run must reach: chrF by evaluation set, outputs that a person found right, bytes in all."""

    chrf: Mapping[str, float]
    read: int
    size: int


BAR = Bar({"flores-dev": 42.0, "news-dev": 50.0}, 35, 40_000_000)


class Refused(Exception):  # noqa: N818 - no error of the program: the weights are not good enough
    """Says which bar was missed, and by how much."""


def check(scores: Mapping[str, Mapping[str, Any]], read: int | None, bar: Bar = BAR) -> None:
    """Raise :class:`Refused` unless scores and reading reach ``bar``."""
    missed = []
    for name, least in bar.chrf.items():
        score = scores[name]["chrF"] if name in scores else None
        if score is None or score < least:
            missed.append(f"chrF {score} on {name}, at least {least} is asked for")
    if missed:
        raise Refused("; ".join(missed))
    if read is None or read < bar.read:
        said = "nobody has said how many" if read is None else f"{read}"
        raise Refused(
            f"{said} of the {trying.READ} outputs in to-read.tsv carry the sentence's meaning without a false name, "
            f"number or country (--read), at least {bar.read} are asked for"
        )


def package(result: Path, prepared: Path, read: int | None, into: Path = ASSETS / NAME, bar: Bar = BAR) -> Path:
    """Put a result into the package as int8 weights, SentencePiece model and card. Raises :class:`Refused`."""
    record = files.read_json(result / "run.json")
    check(record.get("scores", {}), read, bar)
    with TemporaryDirectory() as folder:
        checkpoint = trying.convert(result, Path(folder) / "checkpoint")
        made = Path(folder) / NAME
        shutil.copytree(checkpoint / conversion.FOLDER, made)
        shutil.copyfile(checkpoint / "source.spm", made / "source.spm")
        size = sum(path.stat().st_size for path in made.iterdir())
        if size > bar.size:
            raise Refused(f"{size:,} bytes, at most {bar.size:,} are asked for")
        counts = files.read_json(prepared / "counts.json")["sources"]
        (made / "model.toml").write_text(card(record, counts, size, read), "utf-8")
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(into, ignore_errors=True)
        shutil.move(made, into)
    return into


def card(record: Mapping[str, Any], counts: Mapping[str, Mapping[str, int]], size: int, read: int | None) -> str:
    """Write the model card: what it is, what it learned from and how, how good it is, and what it is not good for."""
    settings = record["settings"]
    top = {
        "name": NAME,
        "task": "translate",
        "source": "ar",
        "target": "en",
        "parameters": record["parameters"],
        "bytes": size,
        "limits": list(LIMITS),
        "read_and_found_right": f"{read} of {trying.READ}",
    }
    training = {key: value for key, value in settings.items() if isinstance(value, (int, float, str))}
    training |= {"run": training.pop("name"), "seconds": record["seconds"], "device": record["device"]}
    training |= {"target_tokens": record["tokens"], "shares": dict(settings["phases"][-1]["shares"])}
    training |= {f"steps_{phase}": steps for phase, steps in record["steps"].items()}
    blocks = ["# Written by python -m training package.", *_rows(top), "", "[training]", *_rows(training)]
    for name, scores in record["scores"].items():
        blocks += ["", f"[scores.{name}]", *_rows({key.replace(" ", "_"): value for key, value in scores.items()})]
    for source in sources.load():
        if kept := counts.get(source.name, {}).get("kept"):
            row = {"name": source.name, "pairs": kept, "domain": source.domain, "licence": source.licence}
            blocks += ["", "[[data]]", *_rows(row | {"origin": source.origin})]
    return "\n".join(blocks) + "\n"


def _rows(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: Any) -> str:  # noqa: ANN401 - whatever TOML can hold
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(own)}' for key, own in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)  # TOML writes texts, numbers, flags and lists of them as JSON does
