"""Make diplosum/assets/letters.tsv, the table of the transliteration key, and measure what it is worth.

Reads pairs of names, Arabic TAB English, from ``--pairs`` (gzip): google/transliteration (Apache-2.0) as
``../shared/corpus/google_translit_names.tsv.gz`` has it, 15,891 pairs, every tenth of which is kept apart to measure;
and names of people and cities from ``--lexicon`` (Apache-2.0, the diplosum authors).

Expectation maximisation over all ways to match the letters in groups, eight rounds; rare large groups are dropped, so
that whole words are not learned by heart. The score of a group is the logarithm of its probability, less those of
its letters by themselves.
"""

import argparse
import csv
import gzip
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import exp, log
from pathlib import Path

from diplosum.fidelity import transliteration
from diplosum.fidelity.transliteration import letters_of, spelling_of

TABLE = Path(__file__).parent.parent / "diplosum" / "assets" / "letters.tsv"
HEAD = (
    "# Groups of Arabic and English letters that spell the same, and a score. Made by benchmarks/names_table.py from\n"
    "# google/transliteration (Apache-2.0, Google) and diplosum's own lexicon (Apache-2.0).\n"
)
SHAPES = ((0, 1), (1, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3))
RARE = {2: 2, 3: 3}  # a group of so many letters is dropped below this count; larger ones below 6
ROUNDS = 8

Pair = tuple[str, str]


def trimmed(arabic: str, english: str) -> Pair:
    """Fold both words; the Arabic article goes where the English has none."""
    arabic, english = letters_of(arabic), spelling_of(english)
    if arabic.startswith("ال") and len(arabic) > len("ال?") and not re.match("[aeiou]?l", english):
        arabic = arabic.removeprefix("ال")
    return arabic, english


def from_pairs(path: Path) -> list[Pair]:
    """Read single words."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    pairs = [trimmed(*row) for row in rows if " " not in "".join(row)]
    return [pair for pair in pairs if all(pair)]


def from_lexicon(folder: Path) -> Iterator[Pair]:
    """Read names of as many words on both sides, word by word."""
    for name in ("persons.tsv", "cities.tsv"):
        with (folder / name).open(encoding="utf-8") as lines:
            for arabic, english, *_ in list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
                words = re.sub("(عبد|أبو) ", r"\1", arabic).split(), re.sub(r"\b[aA]l-", "", english).split()
                if len(words[0]) == len(words[1]):
                    yield from filter(all, (trimmed(*pair) for pair in zip(*words, strict=True)))


def arcs(arabic: str, english: str, chance: dict[Pair, float]) -> Iterator[tuple[int, int, int, int, Pair, float]]:
    """List every group at every place, in the order in which the letters come."""
    for i in range(len(arabic) + 1):
        for j in range(len(english) + 1):
            for x, y in SHAPES:
                if i + x <= len(arabic) and j + y <= len(english):
                    group = arabic[i : i + x], english[j : j + y]
                    if value := chance.get(group, 1e-6 if x + y == 1 else 1e-7 if x == y == 1 else 0.0):
                        yield i, j, x, y, group, value


def count(pairs: list[Pair], chance: dict[Pair, float]) -> dict[Pair, float]:
    """Count how often each group is used, over all ways to match each pair, by their probability."""
    used: dict[Pair, float] = defaultdict(float)
    for arabic, english in pairs:
        steps = list(arcs(arabic, english, chance))
        before: dict[tuple[int, int], float] = defaultdict(float, {(0, 0): 1.0})
        for i, j, x, y, _, value in steps:
            before[i + x, j + y] += before[i, j] * value
        end = len(arabic), len(english)
        after: dict[tuple[int, int], float] = defaultdict(float, {end: 1.0})
        for i, j, x, y, group, value in reversed(steps):
            after[i, j] += value * after[i + x, j + y]
            if before[end]:
                used[group] += before[i, j] * value * after[i + x, j + y] / before[end]
    return used


def first_guess(pairs: list[Pair]) -> dict[Pair, float]:
    """Guess from which letters stand in the same pairs; groups that are not one to one get little."""
    arabic, english, both = Counter[str](), Counter[str](), Counter[Pair]()
    for one, other in pairs:
        arabic.update(set(one))
        english.update(set(other))
        both.update((x, y) for x in set(one) for y in set(other))
    guess = {pair: 0.01 * min(together * len(pairs) / (arabic[pair[0]] * english[pair[1]]), 8) ** 2
             for pair, together in both.items()}  # fmt: skip
    dear = {(0, 1): 1.5, (1, 0): 2, (1, 2): 1.5, (1, 3): 4, (2, 1): 3, (2, 2): 5, (2, 3): 6}
    for one, other in pairs:
        for i in range(len(one) + 1):
            for j in range(len(other) + 1):
                for (x, y), cost in dear.items():
                    if i + x <= len(one) and j + y <= len(other):
                        guess[one[i : i + x], other[j : j + y]] = 0.0005 * exp(-cost)
    return guess


def learn(pairs: list[Pair]) -> dict[Pair, float]:
    """Return scores of groups."""
    chance = first_guess(pairs)
    for _ in range(ROUNDS):
        used = count(pairs, chance)
        kept = {group: times for group, times in used.items() if times >= RARE.get(len("".join(group)), 6)}
        total = sum(kept.values())
        chance = {group: times / total for group, times in kept.items()}
        print(len(kept), "groups", file=sys.stderr)
    shares = {}
    for words in zip(*pairs, strict=True):
        letters = Counter("".join(words))
        shares.update({letter: times / letters.total() for letter, times in letters.items()})
    return {
        group: log(value) - sum(log(shares[letter]) for letter in "".join(group)) for group, value in chance.items()
    }


def measure(pairs: list[Pair]) -> None:
    """Print the share of true and of random pairs that reach a score."""
    others = [english for _, english in pairs]
    choose = random.Random(2)  # noqa: S311 - chosen for a measure, not for secrecy
    true = [transliteration.score(*pair) for pair in pairs]
    chance = [transliteration.score(arabic, choose.choice(others)) for arabic, _ in pairs for _ in range(10)]
    print("| score | true pairs | random pairs |\n|---|---|---|")
    for limit in (0, 1, 2, 3, 4, 6):
        shares = [sum(value >= limit for value in values) / len(values) for values in (true, chance)]
        print(f"| {limit} | {shares[0]:.1%} of {len(true)} | {shares[1]:.2%} of {len(chance)} |")


def main() -> None:
    """Make the table with ``--write``, measure it without."""
    parser = argparse.ArgumentParser(description="Make or measure the table of the transliteration key.")
    parser.add_argument("--pairs", type=Path, default="../shared/corpus/google_translit_names.tsv.gz")
    parser.add_argument("--lexicon", type=Path, default="../shared/lexicon/lexicon")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    pairs = from_pairs(options.pairs)
    if options.write:
        learned = [pair for index, pair in enumerate(pairs) if index % 10] + list(from_lexicon(options.lexicon))
        scores = learn(learned)
        rows = (f"{arabic}\t{english}\t{score:.1f}\n" for (arabic, english), score in sorted(scores.items()))
        TABLE.write_text(HEAD + "".join(rows), encoding="utf-8")
        transliteration.forget()
    measure(pairs[::10])


if __name__ == "__main__":
    main()
