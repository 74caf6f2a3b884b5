"""How much alike in meaning the words of an Arabic sentence and of its English output are.

Vectors are looked up only when somebody asks: most sentences need none.
"""

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diplosum.fidelity.vectors import Vectors

_SAME = 0.75  # cosine from which a word means the same, whatever else is like it
_SAID = 0.6
_TELLING = 4  # letters; shorter Arabic words and these are like anything
_PARTICLES = (
    "ما من في عن إن أن لم لا لن هو هي هم أو بل قد كي كل ثم مع بن يا إذ إذا أي أم له لها به بها فيه منه مما عنه لنا كان "
    "على إلى التي الذي الذين اللتين ذلك تلك حيث كانت وكان وكانت خلال بعد عند غير هناك لكن ولكن أيضا أيضاً هذه كما وقد "
    "بينما لدى منذ حتى ليس"
)


@cache
def _particles() -> frozenset[str]:
    return frozenset(_PARTICLES.split())


def is_particle(arabic: str) -> bool:
    """Tell whether a word is one that every text is full of."""
    return arabic in _particles()


class Likeness:
    """Cosines between words, English by Arabic; a place is the number of a word in its sentence."""

    def __init__(self, arabic: Sequence[str], english: Sequence[str]) -> None:
        self._arabic, self._english = arabic, english
        self._telling = [place for place, word in enumerate(arabic) if len(word) >= _TELLING and not is_particle(word)]

    @cached_property
    def _source(self) -> "Vectors":
        # Late: numpy and the encoder's weights take 0.7 s, and many texts need neither.
        from diplosum.fidelity import vectors

        return vectors.of_words([self._arabic[place] for place in self._telling])

    @cached_property
    def _cosines(self) -> "Vectors":
        from diplosum.fidelity import vectors  # late, as above

        return vectors.of_words(self._english) @ self._source.T

    def _closest(self, place: int) -> tuple[float, float]:
        """Cosine of the likest Arabic word, and of the likest that no other English word is more like.

        A word counts in small letters as well: Plateau is better known as plateau.
        """
        if not self._telling:
            return 0.0, 0.0
        from diplosum.fidelity import vectors  # late, as above

        small = vectors.of_words([self._english[place].lower()])[0] @ self._source.T
        best = mutual = 0.0
        for number, cosines in enumerate(self._cosines.T.tolist()):
            cosine = max(cosines[place], float(small[number]))
            best = max(best, cosine)
            if cosine >= max(cosines[:place] + cosines[place + 1 :], default=0.0):
                mutual = max(mutual, cosine)
        return best, mutual

    def means(self, place: int, limit: float, *, same: float = _SAME) -> bool:
        """Tell whether an English word translates an Arabic one: the two are like each other, and most so."""
        best, mutual = self._closest(place)
        return mutual >= limit or best >= same

    def is_strange(self, place: int, mutual_limit: float, limit: float) -> bool:
        """Tell whether an English word is like none of the Arabic ones."""
        best, mutual = self._closest(place)
        return mutual < mutual_limit and best < limit

    def is_telling(self, place: int) -> bool:
        """Tell whether an Arabic word is long and rare enough to be compared."""
        return place in self._telling

    def is_meant(self, place: int, limit: float) -> bool:
        """Tell whether an Arabic word is like an English one."""
        if not self.is_telling(place):
            return False
        return bool(self._cosines[:, self._telling.index(place)].max(initial=0.0) >= limit)

    def is_said(self, word: str) -> bool:
        """Tell whether an English word, which the output need not have, is like an Arabic one."""
        from diplosum.fidelity import vectors  # late, as above

        return bool((vectors.of_words([word, word.lower()]) @ self._source.T).max(initial=0.0) >= _SAID)


def is_common(word: str) -> bool:
    """Tell whether a capitalised word is as usual in small letters in the languages that the encoder knows."""
    from diplosum.fidelity import vectors  # late, as above

    return vectors.is_common(word)


def is_name(word: str) -> bool:
    """Tell whether a word is known to the encoder, and with its capital only: Roosevelt."""
    from diplosum.fidelity import vectors  # late, as above

    return vectors.is_name(word)
