"""Which word of a sentence stands for which word of its translation: the nearest by the vectors of single words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diplosum.fidelity import vectors
from diplosum.fidelity.folding import LETTER, fold
from diplosum.finding import Span

_SOURCE_WORD = re.compile(rf"[{LETTER}]+|\d+(?:[.,٫٬]\d+)*|[^\W\d_]+")
_OUTPUT_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_ARTICLE = re.compile(f"^[وف]?(?:[بك]?ال|لل)(?=[{LETTER}]{{2}})")
_ATTACHED = 4  # letters of the shortest word that may begin with a conjunction or preposition

_STRETCH = 1.13  # English characters for each Arabic one
_SHIFT_COST, _FREE_SHIFT = 0.5, 0.15  # cosine for each length of the sentence that a word has moved, beyond this share
_SHARED_COST = 0.2  # cosine that a word loses whose best counterpart belongs to another
_LEAST = 0.3  # cosine of two words that may be counterparts
_BIAS, _SLOPE, _AMONG, _BOUND = 6.0, 11.3, 0.37, 2.0

# Words that say too little, or are said in too many ways, to be looked for on the other side.
_SOURCE_PARTICLES = frozenset(
    [
        "في",
        "من",
        "على",
        "إلى",
        "الى",
        "عن",
        "مع",
        "أن",
        "إن",
        "ان",
        "لأن",
        "كان",
        "كانت",
        "يكون",
        "تكون",
        "هذا",
        "هذه",
        "ذلك",
        "تلك",
        "التي",
        "الذي",
        "الذين",
        "اللذين",
        "اللتين",
        "اللذان",
        "اللتان",
        "ما",
        "لا",
        "لم",
        "لن",
        "قد",
        "لقد",
        "هو",
        "هي",
        "هم",
        "هما",
        "هن",
        "أو",
        "او",
        "أم",
        "ثم",
        "بل",
        "لكن",
        "حتى",
        "كما",
        "عند",
        "عندما",
        "بعد",
        "قبل",
        "بين",
        "كل",
        "بعض",
        "أي",
        "غير",
        "سوى",
        "إذا",
        "اذا",
        "إذ",
        "حيث",
        "لدى",
        "منذ",
        "خلال",
        "حول",
        "ضد",
        "نحو",
        "أمام",
        "فوق",
        "تحت",
        "دون",
        "به",
        "بها",
        "بهم",
        "بهما",
        "فيه",
        "فيها",
        "فيهم",
        "منه",
        "منها",
        "منهم",
        "عليه",
        "عليها",
        "عليهم",
        "إليه",
        "إليها",
        "إليهم",
        "له",
        "لها",
        "لهم",
        "لهما",
        "عنه",
        "عنها",
        "عنهم",
        "معه",
        "معها",
        "معهم",
        "وهو",
        "وهي",
        "وهم",
        "أنه",
        "أنها",
        "أنهم",
        "إنه",
        "إنها",
        "إنهم",
        "كانوا",
        "ليس",
        "ليست",
        "يتم",
        "تم",
        "وتم",
        "وقد",
        "وكان",
        "وكانت",
        "ولكن",
        "ولا",
        "ولم",
        "ولن",
        "وما",
        "مما",
        "وفي",
        "ومن",
        "وعلى",
        "وإلى",
        "وعن",
        "ومع",
        "وأن",
        "وإن",
        "وأنه",
        "وأنها",
        "بأن",
        "بأنه",
        "بأنها",
        "لأنه",
        "لأنها",
        "كذلك",
        "أيضا",
        "جدا",
        "ذات",
        "ذو",
        "لكنه",
        "لكنها",
        "بينما",
        "وذلك",
        "وهذا",
        "وهذه",
        "ولقد",
        "فقد",
        "هناك",
        "هنا",
        "أثناء",
        "ضمن",
        "عبر",
        "حوالي",
        "أكثر",
        "جميع",
        "كافة",
        "مثل",
        "قام",
        "قامت",
        "يمكن",
        "كي",
        "لكي",
        "هل",
        "نحن",
        "أنا",
        "أنت",
        "نفس",
        "نفسه",
        "نفسها",
        "وبعد",
        "وقبل",
        "وبين",
        "وكل",
        "ومنذ",
        "وخلال",
        "وحيث",
        "وكما",
        "إما",
        "وإما",
        "لكل",
        "بكل",
        "فإن",
        "فقط",
        "حين",
        "وحين",
    ]
)
_OUTPUT_PARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "from",
        "by",
        "for",
        "with",
        "without",
        "and",
        "or",
        "but",
        "nor",
        "so",
        "as",
        "if",
        "than",
        "that",
        "this",
        "these",
        "those",
        "it",
        "its",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "has",
        "have",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "not",
        "no",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "they",
        "them",
        "their",
        "theirs",
        "we",
        "us",
        "our",
        "you",
        "your",
        "i",
        "my",
        "me",
        "who",
        "whom",
        "whose",
        "which",
        "what",
        "when",
        "where",
        "while",
        "why",
        "how",
        "there",
        "here",
        "also",
        "very",
        "too",
        "just",
        "only",
        "then",
        "into",
        "onto",
        "over",
        "under",
        "about",
        "after",
        "before",
        "between",
        "during",
        "through",
        "against",
        "upon",
        "off",
        "out",
        "up",
        "down",
        "all",
        "any",
        "both",
        "each",
        "few",
        "more",
        "most",
        "other",
        "some",
        "such",
        "own",
        "same",
        "again",
        "further",
        "once",
        "because",
        "until",
        "since",
        "although",
        "though",
        "however",
        "within",
        "among",
        "per",
        "via",
        "it's",
        "he's",
        "she's",
        "they're",
        "were",
        "i'm",
        "it’s",
        "don't",
        "didn't",
        "one",
        "would",
        "like",
        "get",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands; Arabic ones are folded."""

    text: str
    span: Span


def source_words(text: str) -> list[Word]:
    """List the Arabic words that say something."""
    folded = fold(text)
    return [
        Word(match[0], folded.span(*match.span()))
        for match in _SOURCE_WORD.finditer(folded.text)
        if match[0] not in _SOURCE_PARTICLES
    ]


def output_words(text: str) -> list[Word]:
    """List the English words that say something."""
    return [
        Word(match[0], match.span())
        for match in _OUTPUT_WORD.finditer(text)
        if match[0].casefold() not in _OUTPUT_PARTICLES
    ]


def forms(word: str) -> list[str]:
    """Take the article off; where there is none, give also what is left without a conjunction or preposition."""
    bare = _ARTICLE.sub("", word)
    if bare != word or len(word) < _ATTACHED or word[0] not in "وفبلكس":
        return [bare]
    shorter = [word, word[1:]]
    if word[0] in "وف" and len(word) > _ATTACHED and word[1] in "بلكس":
        shorter.append(word[2:])
    return shorter


def likeness(source: Sequence[Word], output: Sequence[Word]) -> NDArray[np.float32]:
    """Compare each Arabic word with each English one: cosines, a row an Arabic word."""
    several = [forms(word.text) for word in source]
    if not source or not output:
        return np.zeros((len(source), len(output)), dtype=np.float32)
    rows = vectors.of_words([form for one in several for form in one])
    cosines = rows @ vectors.of_words([word.text for word in output]).T
    starts = np.cumsum([0, *(len(one) for one in several[:-1])])
    best: NDArray[np.float32] = np.maximum.reduceat(cosines, starts, axis=0)
    return best


def aligned(
    text: str, source: Sequence[Word], output: Sequence[Word]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weigh for each word of the source, and of the output, the evidence that it has no counterpart: log odds, bounded.

    A word has one counterpart, and not at the other end of the sentence. The odds are those of the greatest cosines in
    references against those in sentences that have nothing to do with each other (logistic regression).
    """
    places = _STRETCH * np.array([word.span[0] for word in source], dtype=np.float64)
    shift = np.abs(places[:, None] - [word.span[0] for word in output]) / (_STRETCH * len(text))
    cosines = likeness(source, output) - _SHIFT_COST * np.maximum(0.0, shift - _FREE_SHIFT)
    taken = cosines.max(axis=1) - _SHARED_COST, cosines.max(axis=0) - _SHARED_COST
    free = np.ones(len(source), dtype=np.bool_), np.ones(len(output), dtype=np.bool_)
    for place in np.argsort(-cosines, axis=None, kind="stable"):
        row, column = divmod(int(place), len(output))
        if cosines[row, column] < _LEAST:
            break
        if free[0][row] and free[1][column]:
            free[0][row] = free[1][column] = False
            taken[0][row] = taken[1][column] = cosines[row, column]
    return _absent(taken[0], len(output)), _absent(taken[1], len(source))


def _absent(cosines: NDArray[np.float64], candidates: int) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = _BIAS - _SLOPE * cosines - _AMONG * np.log(candidates)
    return np.clip(odds, -_BOUND, _BOUND).round(4)
