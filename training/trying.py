"""What came of a run, tried as a user would: converted to 8 bits, through the pipeline of the package."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sacrebleu

from diplosum import conversion, trial
from diplosum.arabic import has_letters
from diplosum.catalog import load
from diplosum.document import parse
from diplosum.evaluation import digest
from diplosum.models import Models
from diplosum.plan import Wish, plan
from diplosum.source import expand, read
from diplosum.trial import Course, Ledger
from training import files, model, prepare, sources
from training.augment import same_numbers
from training.cleaning import fault
from training.clock import Clock
from training.settings import Chances, Phase, Settings
from training.sources import Pair

SAMPLES = Path(__file__).parents[1] / "samples"
READ = 50  # outputs that a person reads


@dataclass(frozen=True, slots=True)
class Tried:
    """Outputs for lines, and how fast they came."""

    lines: list[str]
    words_per_second: float


def settings_of(result: Path) -> Settings:
    """How the run was trained whose result lies in a folder. Raises FileNotFoundError when there is none."""
    record = files.read_json(result / "run.json")
    if record is None:
        raise FileNotFoundError(f"{result}: there is no result of a run here (run.json)")
    table = record["settings"]
    phases = tuple(Phase(**phase) for phase in table["phases"])
    return Settings(**table | {"augment": Chances(**table["augment"]), "phases": phases})


def convert(result: Path, folder: Path) -> Path:
    """Make the checkpoint of a result in ``folder``, with a conversion to 8 bits beside it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.checkpoint(settings_of(result), result, folder)
    spec = load().for_folder(folder, "translate")
    conversion.convert(folder, folder / conversion.FOLDER, quantization="int8", spec=spec)
    return folder


def translate(checkpoint: Path, lines: Sequence[str], ledger: Ledger, clock: Clock) -> Tried:
    """Translate lines, split into sentences as any document is. Raises :class:`training.clock.Out`."""
    (step,) = plan(Wish("translate", models=[str(checkpoint)], engine="ct2", device="cpu"), load())
    with Models() as models:
        made = trial.translate(step, lines, Course(models, ledger, lambda *_: clock.check()))
    return Tried(made.lines, made.words_per_second or 0.0)


def score(result: Path, data: Path, work: Path, clock: Clock) -> dict[str, dict[str, Any]]:
    """BLEU, chrF and speed on each evaluation set, written into the result's run.json; and what a person is to read."""
    checkpoint = convert(result, work / "checkpoint")
    scores: dict[str, dict[str, Any]] = {}
    for name, pairs in sources.evaluation(data).items():
        ledger = Ledger(None, "")
        tried = translate(checkpoint, [pair.arabic for pair in pairs], ledger, clock)
        references = [[pair.english for pair in pairs]]
        bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
        scores[name] = {
            "BLEU": round(bleu.corpus_score(tried.lines, references).score, 2),
            "chrF": round(chrf.corpus_score(tried.lines, references).score, 2),
            "lines": len(pairs),
            "words a second": round(tried.words_per_second, 1),
            "signatures": [str(bleu.get_signature()), str(chrf.get_signature())],
        }
        text = "".join(
            f"{pair.arabic}\t{pair.english}\t{line}\n" for pair, line in zip(pairs, tried.lines, strict=True)
        )
        files.write_text(work / f"{name}.outputs.tsv", text)
    files.write_json(result / "run.json", files.read_json(result / "run.json") | {"scores": scores})
    _to_read(checkpoint, data, work / "to-read.tsv", clock)
    return scores


def _to_read(checkpoint: Path, data: Path, path: Path, clock: Clock) -> None:
    """Half from the samples, the rest from the evaluation sets, at even distances."""
    samples = [line for given in expand([str(SAMPLES)]) for line in _sentences(read(given, None).text)]
    lines = _evenly(samples, READ // 2)
    lines += _evenly([pair.arabic for pairs in sources.evaluation(data).values() for pair in pairs], READ - READ // 2)
    tried = translate(checkpoint, lines, Ledger(None, ""), clock)
    files.write_text(path, "".join(f"{a}\t{b}\n" for a, b in zip(lines, tried.lines, strict=True)))


def _sentences(text: str) -> list[str]:
    document = parse(text)
    sentences = (document.sentence(position) for position in range(len(document.sentences)))
    return [sentence for sentence in sentences if has_letters(sentence)]


def _evenly(lines: Sequence[str], count: int) -> list[str]:
    count = min(count, len(lines))
    return [lines[n * len(lines) // count] for n in range(count)]


def copies(result: Path, prepared: Path, work: Path, clock: Clock) -> int:
    """Self-distillation: the model's own translations of the news and formal texts, but for those with a fault to see.

    They become the domain "copies" of later runs. Raises :class:`training.clock.Out`; the next piece goes on.
    """
    domains = prepare.domains(prepared)
    lines = [pair.arabic for name in ("news", "formal") for pair in domains.get(name, ())]
    checkpoint = convert(result, work / "checkpoint")
    ledger = Ledger(work / "copies.jsonl", digest(lines))
    made = [Pair(*pair) for pair in zip(lines, translate(checkpoint, lines, ledger, clock).lines, strict=True)]
    kept = [pair for pair in made if not fault(pair) and same_numbers(pair)]
    sources.write(prepared / "copies.tsv", kept)
    return len(kept)
