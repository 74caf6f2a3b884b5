"""``python -m training``: makes the embedded draft translator, in pieces of time if need be; see README.md."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path

from diplosum import cores
from training import files, package, prepare, settings, sources
from training.clock import Clock, Out
from training.mixture import Mixture, Origin
from training.settings import Runs, Settings

AGAIN = 75  # exit status: the time was up, the same command goes on
REFUSED = 3  # exit status: the weights are not good enough to be packaged


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    given = _parser().parse_args(arguments)
    given.clock = Clock(given.minutes, quiet=given.quiet)
    given.cores = given.cores or cores.usable()
    given.known = settings.load(given.settings)
    unknown = [name for name in given.run if name not in given.known.settings]
    if unknown:
        print(f"there is no run {unknown[0]}; {given.settings} has {', '.join(given.known.settings)}", file=sys.stderr)
        return 2
    try:
        _COMMANDS[given.command](given)
    except Out:
        given.clock.say(f"the time is up; the same command goes on (exit status {AGAIN})")
        return AGAIN
    except package.Refused as refused:
        print(f"not packaged: {refused}", file=sys.stderr)
        return REFUSED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description="Train the embedded draft translator.")
    parser.add_argument("command", choices=_COMMANDS, help="all: every step that is not done yet")
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="folder with corpus/, lexicon/, eval/")
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument("--run", action="append", default=[], help="run of settings.toml (several times; else base)")
    parser.add_argument("--ablation", action="store_true", help="all runs that settings.toml compares")
    parser.add_argument("--result", type=Path, help="folder of a result that was trained elsewhere (score, package)")
    parser.add_argument("--read", type=int, help="of the 50 outputs in to-read.tsv, how many are right (package)")
    parser.add_argument("--minutes", type=float, default=inf, help="stop after so many, at a place to go on from")
    parser.add_argument("--cores", type=int, help="processor cores to use (else all that this process may)")
    parser.add_argument("--settings", type=Path, default=settings.TABLE, help="another settings.toml")
    parser.add_argument("--quiet", action="store_true", help="print scores only")
    return parser


def _runs(given: argparse.Namespace) -> list[Settings]:
    known: Runs = given.known
    names = [*given.run, *(known.ablation if given.ablation else ())] or ["base"]
    return [known.settings[name] for name in dict.fromkeys(names)]


def _prepare(given: argparse.Namespace) -> Path:
    prepared = prepare.prepare(given.data, given.work, given.clock, given.cores)
    for line in prepare.report(prepared):
        given.clock.say(line)
    return prepared


def _vocabulary(given: argparse.Namespace, run: Settings, prepared: Path) -> Path:
    from training import vocabulary  # numpy, sentencepiece: not for --help

    stamp = files.read_json(prepared / "counts.json")["stamp"]
    folder = given.work / "vocabulary" / f"{run.vocabulary}-{run.pieces}-{stamp}"
    if not (folder / "vectors.npz").is_file():
        domains = prepare.domains(prepared)
        texts = [side for name, pairs in domains.items() if name != "copies" for pair in pairs for side in pair]
        vocabulary.build(run.vocabulary, run.pieces, texts, folder)
        given.clock.say(f"vocabulary {folder.name}: {len(vocabulary.names(folder / 'source.spm')):,} tokens")
    return folder


def _train(given: argparse.Namespace) -> None:
    prepared = _prepare(given)
    for run in _runs(given):
        _one(given, run, prepared)


def _one(given: argparse.Namespace, run: Settings, prepared: Path) -> Path:
    """Train one run, unless it is trained; the folder of its result."""
    from training.learning import Learner  # torch, transformers: 4 s that preparing does without

    result = _result(given, run)
    done = files.read_json(result / "run.json")
    if done and done["digest"] == run.digest:
        return result
    for phase in run.phases:
        counts = Mixture.of(prepare.domains(prepared), phase.shares, run.round_pairs, run.seed).counts
        drawn = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        given.clock.say(f"{run.name}: {phase.name}, at most {phase.steps:,} steps; a round draws {drawn}")
    origin = Origin(given.data, prepared, _vocabulary(given, run, prepared))
    return Learner(run, origin, given.work / "runs" / run.name, given.clock, given.cores).learn()


def _result(given: argparse.Namespace, run: Settings) -> Path:
    return given.result or given.work / "runs" / run.name / "result"


def _score(given: argparse.Namespace) -> None:
    _print([_scored(given, run) for run in _runs(given)])


def _scored(given: argparse.Namespace, run: Settings) -> Path:
    from training import trying

    result = _result(given, run)
    record = files.read_json(result / "run.json") or {}
    if given.command == "score" or "scores" not in record:
        trying.score(result, given.data, given.work / "tried" / run.name, given.clock)
    return result


def _print(results: Sequence[Path]) -> None:
    """Scores of every run, beside each other."""
    records = [files.read_json(result / "run.json") for result in results]
    sets = list(dict.fromkeys(name for record in records for name in record["scores"]))
    print(f"{'run':16}{'parameters':>12}{'steps':>9}", *(f"{name + ' BLEU / chrF':>26}" for name in sets))
    for record in records:
        scores = [record["scores"][name] for name in sets]
        steps = sum(record["steps"].values())
        cells = [f"{one['BLEU']:.2f} / {one['chrF']:.2f}".rjust(26) for one in scores]
        print(f"{record['settings']['name']:16}{record['parameters']:12,}{steps:9,}", *cells)


def _copies(given: argparse.Namespace) -> None:
    from training import trying

    (run,) = _runs(given)
    count = trying.copies(_result(given, run), _prepare(given), given.work / "copies", given.clock)
    given.clock.say(f"{count:,} copies; a run whose shares name them learns from them")


def _package(given: argparse.Namespace) -> None:
    (run,) = _runs(given)
    into = package.package(_result(given, run), _prepare(given), given.read)
    given.clock.say(f"packaged: {into}")


def _all(given: argparse.Namespace) -> None:
    """Prepare, train and score every run; say whether the best of them may be packaged."""
    prepared = _prepare(given)
    results = []
    for run in _runs(given):
        _one(given, run, prepared)
        results.append(_scored(given, run))
    for line in sources.table(sources.load(), prepare.kept(prepared)).splitlines():
        given.clock.say(line)
    _print(results)
    best = max(
        results, key=lambda result: sum(one["chrF"] for one in files.read_json(result / "run.json")["scores"].values())
    )
    record = files.read_json(best / "run.json")
    package.check(record["scores"], given.read)


_COMMANDS: dict[str, Callable[[argparse.Namespace], object]] = {
    "all": _all,
    "prepare": _prepare,
    "train": _train,
    "score": _score,
    "copies": _copies,
    "package": _package,
}

if __name__ == "__main__":
    sys.exit(main())
