"""Names that both languages know: countries, cities, organisations, peoples, and how each writes them.

The lists stand in diplosum/assets/names-*.tsv: one written by hand, one from the project's lexicon, one from CLDR.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from diplosum.fidelity.words import Word, english_words, key_of, keys_of, loose_keys_of

_LISTS = ("names-own.tsv", "names-lexicon.tsv", "names-cldr.tsv")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing and its names; ``doubtful`` are Arabic ones that may mean something else."""

    kind: str
    arabic: tuple[str, ...]
    english: tuple[str, ...]
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """The words ``first`` to ``last`` (not included) of a sentence, and the numbers of the entries they may name.

    ``sure``: nothing else is meant.
    """

    first: int
    last: int
    entries: frozenset[int]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries, and the ways to find them by the first word of each name."""

    entries: tuple[Entry, ...]
    arabic: dict[str, list[tuple[tuple[str, ...], int, bool]]]
    english: dict[str, list[tuple[tuple[str, ...], int]]]

    def in_arabic(self, words: Sequence[Word]) -> list[Mention]:
        """Find every name, also those inside longer ones; two entries that one word may mean are one mention."""
        keys = [loose_keys_of(word.text) for word in words]
        found: dict[tuple[int, int], tuple[set[int], bool]] = {}
        for first, options in enumerate(keys):
            for option in options:
                for name, entry, sure in self.arabic.get(option, ()):
                    last = first + len(name)
                    rest = keys[first + 1 : last]
                    if last <= len(words) and all(map(_has, rest, name[1:])):
                        entries, before = found.get((first, last), (set(), True))
                        entries.add(entry)
                        close = option in keys_of(words[first].text)
                        found[first, last] = entries, before and sure and close
        return [Mention(first, last, frozenset(ids), sure) for (first, last), (ids, sure) in sorted(found.items())]

    def in_english(self, words: Sequence[Word]) -> list[Mention]:
        """Find names from left to right, the longest at each place."""
        mentions, first = [], 0
        while first < len(words):
            matches: dict[int, set[int]] = {}
            for name, entry in self.english.get(words[first].text, ()):
                last = first + len(name)
                if tuple(word.text for word in words[first:last]) == name:
                    matches.setdefault(last, set()).add(entry)
            if matches:
                last = max(matches)
                mentions.append(Mention(first, last, frozenset(matches[last])))
                first = last
            else:
                first += 1
        return mentions


def _has(options: Iterable[str], key: str) -> bool:
    return key in options


@cache
def gazetteer() -> Gazetteer:
    """Read the lists: 40 ms."""
    entries = tuple(_entries())
    arabic: dict[str, list[tuple[tuple[str, ...], int, bool]]] = {}
    english: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for number, entry in enumerate(entries):
        for form in entry.arabic:
            keys = tuple(key_of(word) for word in form.replace("-", " ").split())
            arabic.setdefault(keys[0], []).append((keys, number, form not in entry.doubtful))
        for form in entry.english:
            words = tuple(word.text for word in english_words(form))
            english.setdefault(words[0], []).append((words, number))
    return Gazetteer(entries, arabic, english)


def _entries() -> Iterator[Entry]:
    folder = files("diplosum") / "assets"
    for name in _LISTS:
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                kind, arabic, english = line.split("\t")
                forms = arabic.split("|")
                doubtful = tuple(form.rstrip("?") for form in forms if form.endswith("?"))
                yield Entry(kind, tuple(form.rstrip("?") for form in forms), tuple(english.split("|")), doubtful)
