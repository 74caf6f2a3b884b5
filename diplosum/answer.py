"""Texts in, one answer each out: packed, batched, generated, judged, tried again where something is wrong, marked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from diplosum import batching
from diplosum.batching import Segment
from diplosum.engine import Decoding, Engine, Generation
from diplosum.finding import Finding
from diplosum.retry import Halves, Judge, Try, hypotheses, otherwise

MarkKind = Literal["kept", "cut", "regenerated", "retried", "extracted", "truncated", "empty", "too long"]
Progress = Callable[[int, int, int], None]  # texts done, texts in all, source words done

BATCH_TOKENS = 4096  # rows times longest row, before beams
FIRST_CHUNK = 32  # texts, or a batch where it has fewer: so that the first answers come soon
CHUNK = 256  # texts sorted by length together: memory does not grow with a document, nor does the wait for its start
_REMEMBERED = 4 * CHUNK  # texts; what repeats itself repeats itself soon


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader should know about one answer, in a word for programs and a line for people."""

    kind: MarkKind
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model made of one text. ``score`` is the log-probability per token of its weakest part."""

    text: str
    score: float | None
    marks: tuple[Mark, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether some of the text has no answer."""
        return any(mark.kind in {"empty", "too long"} for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and what was found between it and its source."""

    answer: Answer
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Second:
    """Another model, asked where the first one fails."""

    name: str
    answerer: "Answerer"
    decoding: Decoding


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model: texts, and their originals, with which the answers are compared.

    ``second`` opens another model when it is first needed. The texts stand behind ``after`` others of ``of`` in all.
    ``halves``: what is made of half a text is of use.
    """

    texts: Sequence[str]
    originals: Sequence[str]
    decoding: Decoding
    judge: Judge
    second: Callable[[], Second] | None = None
    after: int = 0
    of: int = 0
    halves: bool = True

    @property
    def total(self) -> int:
        """How many texts there are in all."""
        return self.of or len(self.texts)

    def original(self, segment: Segment) -> str:
        """Give what the answer to a segment is compared with; of a text that was cut, the segment itself."""
        return self.originals[segment.position] if segment.parts == 1 else segment.text


_Tries = dict[Segment, list[Try]]


@dataclass(slots=True)
class Answerer:
    """An open model at work. It answers the same text once, and remembers.

    ``budget`` is the most tokens the model reads at once; ``rows`` the most segments in a batch.
    """

    model: Engine
    budget: int
    rows: int
    progress: Progress
    known: dict[tuple[str, Decoding], Generation] = field(default_factory=dict)
    words: int = 0

    def answer(self, request: Request) -> list[Judged]:
        """Answer each text, in order. Raises GenerationError."""
        if not request.after:
            self.words = 0
        self.progress(request.after, request.total, self.words)  # a first batch may take long
        segments = batching.pack(request.texts, self.model.count, self.budget)
        tries = self._tries([segment for segment in segments if segment.tokens <= self.budget], request)
        parts = [
            (segment, _chosen(tries[segment]) if segment in tries else self._refused(segment)) for segment in segments
        ]
        answers = [_join(group) for group in batching.restore(parts)]
        cut = sorted({segment.position for segment in segments if segment.parts > 1})
        found = request.judge([(request.originals[position], answers[position].answer.text) for position in cut])
        for position, findings in zip(cut, found, strict=True):
            answers[position] = replace(answers[position], findings=findings)
        if request.texts:
            self.progress(request.after + len(request.texts), request.total, self.words)
        for key in list(self.known)[:-_REMEMBERED]:
            del self.known[key]
        return answers

    def read(self, texts: Sequence[str], decoding: Decoding) -> list[Generation]:
        """Answer each text once, in order, in parts where it is too long; with nothing where no cut helps."""
        segments = batching.pack(texts, self.model.count, self.budget)
        made = self._generate([segment for segment in segments if segment.tokens <= self.budget], decoding)
        nothing = Generation("", 0.0, 0, 0, truncated=False)
        parts = batching.restore((segment, made.get(segment, nothing)) for segment in segments)
        return [
            Generation(
                " ".join(part.text for part in group) if all(part.text for part in group) else "",
                min(part.score for part in group),
                sum(part.tokens_in for part in group),
                sum(part.tokens_out for part in group),
                truncated=any(part.truncated for part in group),
            )
            for group in parts
        ]

    def _tries(self, segments: Sequence[Segment], request: Request) -> _Tries:
        """Answer segments; those that fail, in other ways too, all of them together each time."""
        first = self._generate(segments, request.decoding, request)
        found = {segment: hypotheses(first[segment]) for segment in segments}
        tries = _judged({segment: made[:1] for segment, made in found.items()}, {}, request)
        wanting = [segment for segment in segments if tries[segment][0].trouble or tries[segment][0].missed]
        tries = _judged({segment: found[segment][1:] for segment in wanting}, tries, request)
        wanting = [segment for segment in segments if (best := _best(tries[segment])).trouble or best.missed]
        tries = _judged(self._otherwise({segment: tries[segment][0] for segment in wanting}, request), tries, request)
        for ask in (self._in_halves, self._by_another):
            failing = [segment for segment in segments if _best(tries[segment]).trouble]
            tries = _judged(ask(failing, request), tries, request)
        return tries

    def _otherwise(self, failing: dict[Segment, Try], request: Request) -> _Tries:
        asked: dict[tuple[Decoding, str], list[Segment]] = {}
        for segment, tried in failing.items():
            asked.setdefault(otherwise(request.decoding, tried), []).append(segment)
        return {
            segment: hypotheses(generation, how)
            for (decoding, how), segments in asked.items()
            for segment, generation in self._generate(segments, decoding).items()
        }

    def _in_halves(self, failing: Sequence[Segment], request: Request) -> _Tries:
        halves = {segment: cut for segment in failing if request.halves and (cut := Halves.of(segment.text))}
        texts = [half for cut in halves.values() for half in (cut.first, cut.second)]
        made = iter(self.read(texts, replace(request.decoding, hypotheses=1)))
        return {segment: [cut.join(next(made), next(made))] for segment, cut in halves.items()}

    def _by_another(self, failing: Sequence[Segment], request: Request) -> _Tries:
        if not failing or request.second is None:
            return {}
        second = request.second()
        made = second.answerer.read([segment.text for segment in failing], second.decoding)
        how = f"the answer of {second.name}"
        return {segment: hypotheses(generation, how) for segment, generation in zip(failing, made, strict=True)}

    def _generate(
        self, segments: Sequence[Segment], decoding: Decoding, request: Request | None = None
    ) -> dict[Segment, Generation]:
        """Answer segments; with a request, progress is said."""
        fresh = {segment.text: segment for segment in segments if (segment.text, decoding) not in self.known}
        done: set[int] = set()
        for batch in self._batches(fresh.values()):
            generations = self.model.generate([segment.text for segment in batch.segments], decoding)
            for segment, generation in zip(batch.segments, generations, strict=True):
                self.known[segment.text, decoding] = generation
                if request:
                    self.words += len(segment.text.split())
                    done.add(segment.position)
            if request:
                self.progress(min(request.after + len(done), request.total), request.total, self.words)
        return {segment: self.known[segment.text, decoding] for segment in segments}

    def _batches(self, segments: Iterable[Segment]) -> list[batching.Batch]:
        return batching.batches(segments, rows=self.rows, tokens=BATCH_TOKENS)

    def _refused(self, segment: Segment) -> Judged:
        message = f"one word of {segment.tokens} tokens; the model reads {self.budget} at once"
        return Judged(Answer("", None, (Mark("too long", message),)))


def _judged(made: _Tries, tries: _Tries, request: Request) -> _Tries:
    """Judge what is new of ``made``, all of it together, and put it behind the tries so far."""
    fresh: list[tuple[Segment, Try]] = []
    for segment, others in made.items():
        known = {(tried.text, tried.truncated) for tried in tries.get(segment, ())}
        fresh += [(segment, tried) for tried in others if (tried.text, tried.truncated) not in known]
    found = request.judge([(request.original(segment), tried.text) for segment, tried in fresh])
    after = {segment: list(known) for segment, known in tries.items()}
    for (segment, tried), findings in zip(fresh, found, strict=True):
        after.setdefault(segment, []).append(replace(tried, findings=findings))
    return after


def _best(tries: Sequence[Try]) -> Try:
    return min(tries, key=lambda tried: tried.rank)


def _chosen(tries: Sequence[Try]) -> Judged:
    """Choose between tries, the first of which is what the model says by itself, and say what happened."""
    first, best = tries[0], _best(tries)
    marks: tuple[Mark, ...] = ()
    if best is not first:
        marks += (Mark("regenerated", f"{first.trouble or first.missed}; this is {best.how}"),)
    if best.trouble and not best.text:
        marks += (Mark("empty", f"{best.trouble}, however it was asked"),)
    elif best.trouble and best.truncated:
        marks += (Mark("truncated", f"{best.trouble}, however it was asked"),)
    elif best.trouble and best is first:
        marks += (Mark("retried", "asked again, and nothing better came"),)
    return Judged(Answer(best.text, best.score if best.text else None, marks), best.findings)


def _join(parts: Sequence[Judged]) -> Judged:
    """Make one answer of the answers to the parts of one text."""
    if len(parts) == 1:
        return parts[0]
    answers = [part.answer for part in parts]
    cut = Mark("cut", f"too long for the model at once: read in {len(parts)} parts")
    return Judged(
        Answer(
            " ".join(answer.text for answer in answers if answer.text),
            min((answer.score for answer in answers if answer.score is not None), default=None),
            (cut, *(mark for answer in answers for mark in answer.marks)),
        )
    )
