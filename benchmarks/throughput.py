"""How fast diplosum translates: words per second and memory of each engine, beside CTranslate2 and argos-translate.

    python benchmarks/throughput.py --shapes small --beams 1 4 [--argos PYTHON]    # about 10 minutes on two cores
    python benchmarks/throughput.py --shapes big --beams 4 [--argos PYTHON]        # as long again

Checkpoints have random weights in the shapes of public models, and each sentence gets 1.2 tokens for each of its own,
whoever translates it (the tokens written are counted): nothing is downloaded. Nothing is checked but in one row, and
nothing asked again: random weights would fail every check. Every figure is the median of the rounds; in a round all
contestants run one after the other, so that a machine that is busy at times is busy for all. Each has its own best
settings: batches and threads as the engine chooses them; CTranslate2 by itself gets all rows at once and sorts them.
``--text`` is a text, a folder of texts, or a table with an Arabic column; ``--argos`` is the Python of an environment
with ``pip install argostranslate==1.11.*``.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import measure
import shapes

from diplosum import cores, pipeline
from diplosum.catalog import load
from diplosum.conversion import FOLDER, convert
from diplosum.document import parse
from diplosum.engine import Decoding, EngineName, Generation
from diplosum.models import Models
from diplosum.step import Step

HERE = Path(__file__).parent
NUMBERS = ("float32", "int8")
ARTICLE = HERE.parent / "samples" / "moscow-talks.txt"


def step(folder: Path, engine: EngineName, beams: int, *, check: bool) -> Step:
    """Describe the translation by the checkpoint in ``folder``."""
    spec = load().for_folder(folder, "translate")
    if engine == "hf":  # ends each row at its limit, and not before
        spec = replace(spec, decoding=replace(spec.decoding, length_factor=shapes.FACTOR, length_margin=0))
    return Step("translate", "document", spec, folder, engine, "", beams=beams, check=check)


@dataclass(frozen=True)
class Work:
    """What one contestant took, its model loaded: seconds of wall and CPU time, and how many tokens it wrote."""

    wall: float
    cpu: float
    tokens: int


def timed(work: Callable[[], int]) -> Work:
    """Measure something that returns how many tokens it wrote."""
    wall, cpu = time.perf_counter(), time.process_time()
    tokens = work()
    return Work(time.perf_counter() - wall, time.process_time() - cpu, tokens)


def whole(folder: Path, text: str, beams: int, engine: EngineName, *, check: bool = False) -> Work:
    """Translate a text with diplosum, from text to result."""
    import forced

    forced.trust()
    if engine == "ct2":
        forced.force()
    one = step(folder, engine, beams, check=check)
    counts: list[int] = []
    with Models() as models:
        model: Any = models.open(one).model
        generate = model.generate

        def counted(texts: Sequence[str], decoding: Decoding) -> list[Generation]:
            made: list[Generation] = generate(texts, decoding)
            counts.extend(answer.tokens_out for answer in made)
            return made

        def work() -> int:
            pipeline.run(parse(text), [one], models)
            return forced.Forced.written or sum(counts)

        model.generate = counted
        return timed(work)


def raw(folder: Path, text: str, beams: int) -> Work:
    """Translate the same sentences, tokenized beforehand, with CTranslate2 alone: the limit."""
    import forced

    from diplosum.engines import ct2

    workers = cores.usable()
    spec = load().for_folder(folder, "translate")
    document = parse(text)
    rows = ct2.Reader(spec, folder).encode([document.sentence(n) for n in range(len(document.sentences))])
    translator = forced.Forced(str(folder / FOLDER), inter_threads=workers, intra_threads=1)

    def work() -> int:
        translator.translate_batch(rows, beam_size=beams, max_batch_size=max(1, 32 // beams), patience=2)
        return forced.Forced.written

    return timed(work)


CONTESTANTS: dict[str, tuple[str, Callable[[Path, str, int], Work]]] = {
    "hf float32": ("float32", lambda folder, text, beams: whole(folder, text, beams, "hf")),
    "ct2 float32": ("float32", lambda folder, text, beams: whole(folder, text, beams, "ct2")),
    "ct2 int8": ("int8", lambda folder, text, beams: whole(folder, text, beams, "ct2")),
    "ct2 int8, checked": ("int8", lambda folder, text, beams: whole(folder, text, beams, "ct2", check=True)),
    "CTranslate2 int8 alone": ("int8", raw),
}


def prepare(room: Path, shape: str, text: Sequence[str]) -> None:
    """Make the checkpoint of a shape, once with each conversion."""
    for numbers in NUMBERS:
        folder = room / shape / numbers
        shapes.make(shapes.SHAPES[shape], folder, text)
        if not (folder / FOLDER / "model.bin").is_file():
            spec = load().for_folder(folder, "translate")
            convert(folder, folder / FOLDER, quantization=numbers, spec=spec)


def pack(room: Path, shape: str) -> Path:
    """Make a package of argos-translate from the conversion in 8 bits; return the folder of its packages."""
    packages = room / shape / "argos"
    package, folder = packages / "translate-ar_en-1_0", room / shape / "int8"
    shutil.rmtree(packages, ignore_errors=True)
    shutil.copytree(folder / FOLDER, package / "model")
    shutil.copy(folder / "source.spm", package / "sentencepiece.model")
    about = {"package_version": "1.0", "argos_version": "1.11", "from_code": "ar", "from_name": "Arabic"}
    (package / "metadata.json").write_text(json.dumps(about | {"to_code": "en", "to_name": "English"}), "utf-8")
    settings = json.loads((package / "model" / "config.json").read_text("utf-8")) | {"add_source_eos": True}
    (package / "model" / "config.json").write_text(json.dumps(settings), "utf-8")
    return packages


def argos_variables(room: Path, shape: str) -> dict[str, str]:
    """Where argos-translate finds the package of a shape, and nothing of the user's own."""
    folders = {f"XDG_{name}_HOME": str(room / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    return {"ARGOS_PACKAGES_DIR": str(pack(room, shape)), **folders}


def compare(room: Path, text: Path, options: argparse.Namespace) -> list[dict[str, object]]:
    """Words per second and memory of every contestant."""
    words = len(text.read_text("utf-8").split())
    cells = [(shape, beams, name) for shape in options.shapes for beams in options.beams for name in CONTESTANTS]
    runs: dict[tuple[str, int, str], list[tuple[Work, float]]] = {cell: [] for cell in cells}
    for turn in range(options.rounds):
        for shape, beams, name in cells:
            folder = room / shape / CONTESTANTS[name][0]
            command = [sys.executable, __file__, "--one", name, str(folder), str(text), str(beams)]
            ran = measure.run(command)
            runs[shape, beams, name].append((Work(**json.loads(ran.output.splitlines()[-1])), ran.memory))
            print(f"round {turn + 1}: {shape}, beams {beams}, {name}: {runs[shape, beams, name][-1]}", file=sys.stderr)
    rows: list[dict[str, object]] = []
    for shape, beams, name in cells:
        works, memories = zip(*runs[shape, beams, name], strict=True)
        # Ratios are taken round by round, so that what slows a whole round does not count.
        against = [
            slow.wall / work.wall for work, (slow, _) in zip(works, runs[shape, beams, "hf float32"], strict=True)
        ]
        limits = runs[shape, beams, "CTranslate2 int8 alone"]
        share = [fast.wall / work.wall for work, (fast, _) in zip(works, limits, strict=True)]
        base = measure.median(memory for _, memory in runs[shape, beams, "hf float32"])
        rows.append(
            {
                "shape": shapes.SHAPES[shape].name,
                "beams": beams,
                "contestant": name,
                "words/s": f"{measure.median(words / work.wall for work in works):.1f}",
                "from-to": measure.spread([words / work.wall for work in works]),
                "x hf": f"{measure.median(against):.2f}",
                "of the limit": f"{measure.median(share):.2f}" if name == "ct2 int8" else "",
                "words/CPU s": f"{measure.median(words / work.cpu for work in works):.1f}",
                "tokens written": f"{measure.median(work.tokens for work in works):.0f}",
                "memory MB": f"{measure.median(memories):.0f}",
                "of hf's": f"{measure.median(memories) / base:.2f}",
            }
        )
    return rows


def article(room: Path, options: argparse.Namespace) -> list[dict[str, object]]:
    """Seconds for a whole article, the start of the program included, beside argos-translate with the same weights."""
    rows: list[dict[str, object]] = []
    forced = str(HERE / "forced.py")
    count = room / "written"
    for shape in options.shapes:
        folder = room / shape / "int8"
        ours = [sys.executable, forced, "diplosum", "translate", str(ARTICLE), "--no-check", "--model", str(folder)]
        theirs = [str(options.argos), forced, "argostranslate", "--from-lang", "ar", "--to-lang", "en"]
        variables = argos_variables(room, shape) | {"FORCED_COUNT": str(count)}
        commands = {"diplosum": ([*ours, "--engine", "ct2", "--beams", "4"], "")}
        if options.argos:
            commands["argos-translate"] = (theirs, ARTICLE.read_text("utf-8"))
        runs: dict[str, list[measure.Run]] = {name: [] for name in commands}
        tokens: dict[str, int] = {}
        for _ in range(options.rounds):
            for name, (command, read) in commands.items():
                runs[name].append(measure.run(command, variables, read))
                tokens[name] = int(count.read_text("utf-8"))
        base = measure.median(one.wall for one in runs["diplosum"])
        for name, made in runs.items():
            wall = measure.median(one.wall for one in made)
            rows.append(
                {
                    "shape": shapes.SHAPES[shape].name,
                    "program": name,
                    "seconds": f"{wall:.1f}",
                    "from-to": measure.spread([one.wall for one in made]),
                    "CPU seconds": f"{measure.median(one.cpu for one in made):.1f}",
                    "tokens written": tokens[name],
                    "memory MB": f"{measure.median(one.memory for one in made):.0f}",
                    "x diplosum": f"{wall / base:.2f}",
                }
            )
        if not options.argos:
            rows.append({"program": "argos-translate", "seconds": "not installed"})
    return rows


def main() -> None:
    """Run the benchmark, or one contestant of it."""
    if sys.argv[1:2] == ["--one"]:
        name, folder, text, beams = sys.argv[2:]
        print(json.dumps(asdict(CONTESTANTS[name][1](Path(folder), Path(text).read_text("utf-8"), int(beams)))))
        return
    if sys.argv[1:2] == ["--prepare"]:
        room, text, *wanted = sys.argv[2:]
        for shape in wanted:
            prepare(Path(room), shape, Path(text).read_text("utf-8").splitlines())
        return
    parser = argparse.ArgumentParser(description="How fast diplosum translates.")
    parser.add_argument("--text", type=Path, default=HERE.parent / "samples")
    parser.add_argument("--argos", type=Path, help="Python of an environment with argostranslate 1.11")
    parser.add_argument("--shapes", nargs="+", choices=shapes.SHAPES, default=["small", "big"])
    parser.add_argument("--beams", nargs="+", type=int, default=[1, 4])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=32)
    parser.add_argument("--room", type=Path, default=Path(tempfile.gettempdir()) / "diplosum-benchmarks")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    there_are = shapes.sentences(options.text)
    chosen = there_are[: options.sentences]
    options.room.mkdir(parents=True, exist_ok=True)
    text = options.room / "text.txt"
    text.write_text("\n".join(chosen) + "\n", "utf-8")
    # Pieces are learned from all there is: from a few sentences they would be short, and these sentences long.
    learned = options.room / "learned.txt"
    learned.write_text("\n".join([*there_are, *shapes.sentences(HERE.parent / "samples")]) + "\n", "utf-8")
    measure.run([sys.executable, __file__, "--prepare", str(options.room), str(learned), *options.shapes])
    title = f"Translation of {len(chosen)} sentences, {options.rounds} rounds"
    name = "-".join(options.shapes)
    measure.report(title, compare(options.room, text, options), options.output / f"throughput-{name}.json")
    title = f"A whole article, {ARTICLE.name}, 4 beams, start included, {options.rounds} rounds"
    measure.report(title, article(options.room, options), options.output / f"article-{name}.json")


if __name__ == "__main__":
    main()
