"""What models make of a set, and how fast; written down as it is made, so that a second run can go on."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from diplosum import pipeline
from diplosum.answer import Progress
from diplosum.document import Document, parse
from diplosum.errors import InputError
from diplosum.evaluation import Article
from diplosum.models import Models
from diplosum.result import Result
from diplosum.step import Length, Step

_CHUNK = 64  # lines that are translated, and written down, at a time
_SEEDS = range(5)  # of the random baseline

Run = Sequence[Sequence[str]]  # for each line or article the sentences that were made of it


@dataclass(frozen=True, slots=True)
class Trial:
    """What one system made of a set. Of a baseline that draws lots there are several runs."""

    system: str
    runs: tuple[Run, ...]
    words_per_second: float | None = None
    signature: str | None = None

    @property
    def lines(self) -> list[str]:
        """Each answer of the first run on one line."""
        return [" ".join(sentences) for sentences in self.runs[0]]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, and the share of the time that it took; loading the model is not counted."""

    position: int
    sentences: tuple[str, ...]
    words: int
    seconds: float
    signature: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of JSON Lines, an answer a line; without a path nothing is kept. ``digest`` is that of the set."""

    path: Path | None
    digest: str

    def read(self, system: str) -> dict[int, Answered]:
        """Answers of one system, by position. Raises InputError for a file that belongs to another set."""
        if self.path is None or not self.path.exists():
            return {}
        found = {}
        for number, line in enumerate(self.path.read_text("utf-8").split("\n"), 1):
            if not line:
                continue
            try:
                record: dict[str, Any] = json.loads(line)
                same = record.pop("set") == self.digest
                name = record.pop("system")
                answered = Answered(**record | {"sentences": tuple(record["sentences"])})
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"line {number} is not one that this command wrote", where=str(self.path), hint="name a new file"
                ) from error
            if not same:
                raise InputError("holds answers for another set", where=str(self.path), hint="name a new file")
            if name == system:
                found[answered.position] = answered
        return found

    def mend(self) -> None:
        """Make the file ready to be written on: a last line that was broken off is dropped."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                file.seek(0)
                file.truncate(file.read().rfind(b"\n") + 1)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", where=str(self.path)) from error

    def add(self, system: str, made: Sequence[Answered]) -> None:
        """Write answers down."""
        if self.path is None:
            return
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            for one in made:
                record = {"set": self.digest, "system": system, "position": one.position, "sentences": one.sentences}
                record |= {"words": one.words, "seconds": one.seconds, "signature": one.signature}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Course:
    """What all trials of a run share."""

    models: Models
    ledger: Ledger
    progress: Progress


_Work = Callable[[Sequence[int]], Iterator[Answered]]


def translate(step: Step, sources: Sequence[str], course: Course) -> Trial:
    """Translate lines, each split into sentences as any document is."""

    def work(chunk: Sequence[int]) -> Iterator[Answered]:
        document = parse("\n".join(sources[position] for position in chunk))
        result, seconds = _timed(document, step, course.models)
        made: list[list[str]] = [[] for _ in chunk]
        for output in result.stages[0].outputs:
            made[output.paragraph].append(output.answer.text)
        total = len(document.text.split())
        for position, sentences in zip(chunk, made, strict=True):
            words = len(sources[position].split())
            yield Answered(position, tuple(sentences), words, seconds * words / total, result.signature)

    return _all(step, len(sources), _CHUNK, work, course)


def summarize(step: Step, articles: Sequence[Article], course: Course) -> Trial:
    """Summarize each article."""

    def work(chunk: Sequence[int]) -> Iterator[Answered]:
        for position in chunk:
            document = parse(articles[position].text)
            result, seconds = _timed(document, step, course.models)
            sentences = tuple(output.answer.text for output in result.stages[0].outputs)
            yield Answered(position, sentences, len(document.text.split()), seconds, result.signature)

    return _all(step, len(articles), 1, work, course)


def _all(step: Step, count: int, chunk: int, work: _Work, course: Course) -> Trial:
    models, ledger, key = course.models, course.ledger, _key(step)
    ledger.mend()
    known = ledger.read(key)
    missing = [position for position in range(count) if position not in known]
    if missing and step.folder is not None:
        models.open(step)  # so that loading is not counted as answering
    words = 0
    for start in range(0, len(missing), chunk):
        made = list(work(missing[start : start + chunk]))
        ledger.add(key, made)
        known |= {one.position: one for one in made}
        words += sum(one.words for one in made)
        course.progress(start + len(made), len(missing), words)
    answered = [known[position] for position in range(count)]
    seconds = sum(one.seconds for one in answered)
    return Trial(
        step.spec.name,
        (tuple(one.sentences for one in answered),),
        sum(one.words for one in answered) / seconds if seconds else None,
        answered[0].signature,
    )


def _key(step: Step) -> str:
    """Tell what runs of a step may be continued with: the same model, engine and settings."""
    length = "" if step.task == "translate" else f"|{step.length.sentences}|{step.length.ratio}"
    return f"{step.spec.name}|{step.spec.revision}|{step.engine or step.spec.kind}|{step.decoding.beams}{length}"


def _timed(document: Document, step: Step, models: Models) -> tuple[Result, float]:
    started = perf_counter()
    result = pipeline.run(document, [step], models)
    return result, perf_counter() - started


def baselines(articles: Sequence[Article], length: Length) -> list[Trial]:
    """Summaries that need no thought: the first sentences, and sentences drawn by lot, five times."""
    bodies = [body(article) for article in articles]
    counts = [min(len(own), length.of(len(own))) for own in bodies]
    drawn = tuple(
        tuple(
            _drawn(own, count, f"{seed} {number}")
            for number, (own, count) in enumerate(zip(bodies, counts, strict=True))
        )
        for seed in _SEEDS
    )
    lead = tuple(own[:count] for own, count in zip(bodies, counts, strict=True))
    return [Trial("lead", (lead,)), Trial("random", drawn)]


def _drawn(sentences: Sequence[str], count: int, seed: str) -> list[str]:
    chosen = sorted(random.Random(seed).sample(range(len(sentences)), count))  # noqa: S311 - a baseline, not a secret
    return [sentences[position] for position in chosen]


def body(article: Article) -> list[str]:
    """Sentences of an article that are not headings."""
    document = parse(article.text)
    return [
        document.sentence(position)
        for position in range(len(document.sentences))
        if document.kind(position) != "heading"
    ]
