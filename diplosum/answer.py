"""Texts in, one answer each out: packed, batched, generated, tried again where something went wrong, and marked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from diplosum import batching
from diplosum.batching import Segment
from diplosum.engine import Decoding, Engine, Generation
from diplosum.fidelity.loops import find_loop

MarkKind = Literal["kept", "cut", "regenerated", "loop", "truncated", "empty", "too long"]
Progress = Callable[[int, int, int], None]  # texts done, texts in all, source words done

BATCH_TOKENS = 4096  # rows times longest row, before beams
FIRST_CHUNK = 32  # texts, or a batch where it has fewer: so that the first answers come soon
CHUNK = 256  # texts sorted by length together: memory does not grow with a document, nor does the wait for its start
_REMEMBERED = 4 * CHUNK  # texts; what repeats itself repeats itself soon

_TROUBLES: dict[MarkKind, str] = {
    "loop": "the model repeated itself",
    "truncated": "the model did not come to an end",
    "empty": "the model wrote nothing",
}


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

    def answer(self, texts: Sequence[str], decoding: Decoding, *, after: int = 0, of: int = 0) -> list[Answer]:
        """Answer each text, in order: the texts behind ``after`` others, ``of`` so many. Raises GenerationError."""
        if not after:
            self.words = 0
        self.progress(after, of or len(texts), self.words)  # a first batch may take long
        segments = batching.pack(texts, self.model.count, self.budget)
        readable = [segment for segment in segments if segment.tokens <= self.budget]
        first = self._generate(readable, decoding, after, of or len(texts))
        troubles = {segment: kind for segment in readable if (kind := _trouble(segment, first[segment]))}
        second: dict[Segment, Generation] = {}
        for kind in sorted(set(troubles.values())):
            chosen = [segment for segment in readable if troubles.get(segment) == kind]
            second |= self._generate(chosen, _second_try(decoding, kind), after + len(texts), of or len(texts))
        parts = [(segment, self._judge(segment, first.get(segment), second.get(segment))) for segment in segments]
        if texts:
            self.progress(after + len(texts), of or len(texts), self.words)
        for key in list(self.known)[:-_REMEMBERED]:
            del self.known[key]
        return [_join(group) for group in batching.restore(parts)]

    def _generate(
        self, segments: Sequence[Segment], decoding: Decoding, after: int, of: int
    ) -> dict[Segment, Generation]:
        fresh = {segment.text: segment for segment in segments if (segment.text, decoding) not in self.known}
        done: set[int] = set()
        for batch in self._batches(fresh.values()):
            generations = self.model.generate([segment.text for segment in batch.segments], decoding)
            for segment, generation in zip(batch.segments, generations, strict=True):
                self.known[segment.text, decoding] = generation
                self.words += len(segment.text.split())
                done.add(segment.position)
            self.progress(min(after + len(done), of), of, self.words)
        return {segment: self.known[segment.text, decoding] for segment in segments}

    def _batches(self, segments: Iterable[Segment]) -> list[batching.Batch]:
        return batching.batches(segments, rows=self.rows, tokens=BATCH_TOKENS)

    def _judge(self, segment: Segment, first: Generation | None, second: Generation | None) -> Answer:
        """Choose between the first and the second try, and say what happened."""
        if first is None:
            message = f"one word of {segment.tokens} tokens; the model reads {self.budget} at once"
            return Answer("", None, (Mark("too long", message),))
        trouble = _trouble(segment, first)
        if trouble is None or second is None:
            return Answer(first.text, first.score)
        if _trouble(segment, second) is None:
            mark = Mark("regenerated", f"{_TROUBLES[trouble]}; this is a second try")
            return Answer(second.text, second.score, (mark,))
        # Both went wrong: something rather than nothing, and the one that rambles less.
        best = max(first, second, key=lambda generation: (bool(generation.text), -generation.tokens_out))
        left = _trouble(segment, best) or trouble
        return Answer(best.text, best.score, (Mark(left, f"{_TROUBLES[left]}, in a second try too"),))


def _trouble(segment: Segment, generation: Generation) -> MarkKind | None:
    if not generation.text:
        return "empty"
    if find_loop(segment.text, generation.text):
        return "loop"
    return "truncated" if generation.truncated else None


def _second_try(decoding: Decoding, trouble: MarkKind) -> Decoding:
    """Decode otherwise: with another number of beams, or with a repetition penalty (Keskar et al. 2019, CTRL)."""
    if trouble == "empty":
        return replace(decoding, beams=1 if decoding.beams > 1 else 4)
    return replace(decoding, repetition_penalty=1.3)


def _join(parts: Sequence[Answer]) -> Answer:
    """Make one answer of the answers to the parts of one text."""
    if len(parts) == 1:
        return parts[0]
    cut = Mark("cut", f"too long for the model at once: read in {len(parts)} parts")
    return Answer(
        " ".join(part.text for part in parts if part.text),
        min((part.score for part in parts if part.score is not None), default=None),
        (cut, *(mark for part in parts for mark in part.marks)),
    )
