"""The embedded summarizer: sentence vectors choose sentences of the text; it writes none, and needs no network.

A sentence is worth its likeness to the whole text and to its headings, how many of the words that the text repeats it
has, its place, and a readable length.
Sentences are taken one by one, each the worthiest that says something new (maximal marginal relevance: Carbonell and
Goldstein, SIGIR 1998), and none that cannot stand alone while others can.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil, exp

import numpy as np
from numpy.typing import NDArray

from diplosum.engine import Candidate, Pick
from diplosum.fidelity.vectors import Vectors, of_sentences
from diplosum.standing import CHARACTERS, Standing, leans, standing, stem_of, words_of

# What a sentence is worth; these four make 1 together, so that a worth reads as a share. Place weighs most: news says
# first what matters, and a summary that begins elsewhere must have a reason. benchmarks/summaries.py measures what each
# is good for, on half of the articles that they were chosen on and on the other half.
_LEAD = 0.4  # all of it for the first sentence of the text, less with each that follows
_CENTRE = 0.25  # likeness to the mean of all sentences
_THEMES = 0.2  # all of it for the sentence that says most with the words that the text repeats
_HEADING = 0.15  # likeness to the title or to the heading above, whichever is greater
# After this share of the sentences asked for the lead has worn off to 1/e: of three it gives one, of ten more.
_REACH = 1 / 3
_SECTION_LEAD = 0.4  # the first sentence under a heading, as a share of the first of the text
_FULL = (20, 45)  # words; a sentence outside is worth less: a short one is like everything and says little
_THEME_LETTERS = 3  # shorter words are particles
_THEME_WORDS = 20  # of so many different words half counts: a sentence should not win by its length alone
_THEME_SAMPLE = 4096  # sentences, evenly from all of a text, whose words tell what it repeats
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
    fullness: NDArray[np.float64]  # see _fullness
    leaning: NDArray[np.bool_]

    def full_worth(self, total: NDArray[np.float64]) -> NDArray[np.float64]:
        """Worth of each sentence in a text whose vectors add up to ``total``."""
        centre = (total / np.linalg.norm(total)).astype(np.float32)
        return np.round(self.worth + _CENTRE * self.fullness * (self.vectors @ centre), _DECIMALS)

    def worthiest(self, count: int, total: NDArray[np.float64]) -> "_Field":
        """Keep the ``count`` best of a block whose vectors add up to ``total``."""
        order = np.argsort(_LEANING_COST * self.leaning - self.full_worth(total), kind="stable")
        kept = np.sort(order[:count])
        return _Field(
            self.positions[kept], self.vectors[kept], self.worth[kept], self.fullness[kept], self.leaning[kept]
        )


def _vectors(texts: Sequence[str]) -> Vectors:
    """Encode the beginning of each text."""
    return of_sentences([text[:CHARACTERS] for text in texts])


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
            leaning = before > 0 and leans(text)  # the first sentence of a text has nothing to lean on
            yield _Place(position, heading, before, before_here, quoted, leaning)
            before, before_here = before + 1, before_here + 1


@dataclass(frozen=True, slots=True)
class _Themes:
    """The words that a text repeats: in how many other sentences each stands, and the most that one sentence has."""

    repeated: Counter[str]
    most: float = 1.0

    @classmethod
    def of(cls, texts: Iterable[str]) -> "_Themes":
        sentences = [_theme_words(text) for text in texts]
        repeated = Counter(chain.from_iterable(sentences))
        repeated.subtract(repeated.keys())
        bare = cls(repeated)
        return cls(repeated, max(map(bare.weight, sentences)) or 1.0)

    def weight(self, words: set[str]) -> float:
        """Add up what a sentence of these words has of the themes."""
        return sum(self.repeated[word] for word in words) / (_THEME_WORDS + len(words))

    def share(self, text: str) -> float:
        """Give the weight of a sentence as a share of the most, 1 at most."""
        return min(1.0, self.weight(_theme_words(text)) / self.most)


def _theme_words(text: str) -> set[str]:
    return {stem for word in words_of(text) if len(stem := stem_of(word)) >= _THEME_LETTERS}


def _fullness(text: str) -> float:
    few, many = _FULL
    words = len(words_of(text))
    return min(1.0, words / few, many / words)


def _worth(text: str, place: _Place, heading_likeness: float, themes: _Themes, count: int) -> float:
    reach = _REACH * count
    lead = max(exp(-place.before / reach), _SECTION_LEAD * exp(-place.before_here / reach))
    shares = _LEAD * lead + _fullness(text) * (_THEMES * themes.share(text) + _HEADING * heading_likeness)
    return shares - _QUOTED_COST * place.quoted


def _field(
    candidates: Sequence[Candidate], places: Sequence[_Place], title: int | None, themes: _Themes, count: int
) -> _Field:
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
        np.array([_worth(*row, themes, count) for row in zip(texts, places, likeness, strict=True)]),
        np.array([_fullness(text) for text in texts]),
        np.array([place.leaning for place in places]),
    )


def _joined(fields: Sequence[_Field]) -> _Field:
    return _Field(
        np.concatenate([field.positions for field in fields]),
        np.concatenate([field.vectors for field in fields]),
        np.concatenate([field.worth for field in fields]),
        np.concatenate([field.fullness for field in fields]),
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
    fit = [position for position, judged in enumerate(standings) if judged is fittest]
    themes = _Themes.of(candidates[position].text for position in fit[:: ceil(len(fit) / _THEME_SAMPLE)])
    blocks = ceil(len(fit) / block)
    finalists = max(_FINALISTS, ceil(_MARGIN * count / blocks))
    title = next((position for position, candidate in enumerate(candidates) if candidate.heading), None)
    places = _places(candidates, standings, fittest)
    fields, totals = [], []
    while chunk := list(islice(places, block)):
        field = _field(candidates, chunk, title, themes, count)
        totals.append(field.vectors.sum(axis=0, dtype=np.float64))
        fields.append(field.worthiest(finalists, totals[-1]))
    return _take(candidates, _joined(fields), np.sum(totals, axis=0), count)
