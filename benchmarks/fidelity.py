"""How often are the checks right? ``python benchmarks/fidelity.py [--room NAME] [--examples N] [SET.tsv ...]``.

A set is Arabic, a tab, an English reference translation. Counted are

- false alarms: references with a finding, though people translated them;
- detection: references with one mistake put in (a number changed, a name exchanged, ...) that get a warning or failure;
- with ``--systems FOLDER``, findings in the translations of each system (``NAME.en``, line by line as the first set).

By default on the sets and systems beside this checkout where they are, else on our own pairs. Mistakes are put
in by rules that know nothing of the checks, with a fixed seed. ``--room numbers`` measures one room alone.
"""

import argparse
import calendar
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import measure

from diplosum.fidelity.capitals import is_usual
from diplosum.fidelity.gazetteer import gazetteer
from diplosum.fidelity.words import english_words
from diplosum.finding import Finding

Check = Callable[[str, str], Sequence[Finding]]

SHARED = measure.ROOT.parent / "shared" / "eval"
OWN = measure.ROOT / "tests" / "data" / "pairs.tsv"
_SEED = 5
_LEAST = 4  # words of a clause, and of what is left without it
_LETTERS = "[^\\W\\d_]"

_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w]|[.,]\d)")
_WORDS = tuple(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "  # noqa: SIM905 - a list a word a line says no more
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety".split()
)
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_WORDS)}|hundred|thousand|million|billion)\b", re.IGNORECASE)
_SCALES = ("hundred", "thousand", "million", "billion")
_CAPITAL = re.compile(rf"(?<=[a-z,;] )(?:[A-Z]{_LETTERS}[\w'’-]*)(?: [A-Z]{_LETTERS}[\w'’-]*)*")
_PERSON_WORDS = (
    rf"[A-Z]{_LETTERS}[\w’]*(?:[ -](?:(?:al|el|bin|ibn|bint|de|van|von|der|da|dos)[ -])*[A-Z]{_LETTERS}[\w’]*)"
)
_OFFICES = (
    "President|Minister|King|Queen|Prince|Princess|Emir|Sultan|Sheikh|Sheikha|Pope|Ambassador|General|Colonel|Judge|"
    "Envoy|Secretary|Director|Commissioner|Governor|Senator|Chancellor|Speaker|Chairman|Spokesman|Spokeswoman|"
    "Spokesperson|Representative|Adviser|Chief|Leader|Premier|Coordinator|Counterpart|Dr\\.?|Mr\\.?|Mrs\\.?|Ms\\.?"
)
_PERSON = re.compile(
    rf"\b(?i:{_OFFICES}),? (?P<named>{_PERSON_WORDS}{{0,3}})(?![\w-]| [A-Z])"
    rf"|(?<![\w-])(?P<speaker>{_PERSON_WORDS}{{1,3}})(?= (?:said|says|told|added|stressed|announced|warned)\b)"
)
_CALENDAR = {*calendar.month_name, *calendar.day_name}
_NEGATIONS: tuple[tuple[str, str], ...] = (
    (r"\b(can)not\b", r"\1"),
    (r"\b(ca)n['’]t\b", "can"),
    (r"\bwon['’]t\b", "will"),
    (r"\b(\w+)n['’]t\b", r"\1"),
    (r"\b(do|does|did) not be\b", "be"),
    (r"\bnot ", ""),
    (r"\bnever ", ""),
    (r"\bwithout\b", "with"),
    (r"\bno longer\b", "still"),
    (r"\bno\b", "some"),
    (r"\bneither\b", "both"),
    (r"\bnone\b", "some"),
)
_ANY_NEGATION = re.compile(
    r"\b(?:not|cannot|never|without|no|nor|neither|none|nothing|nobody|nowhere)\b|n['’]t\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“«][^\"”»]+[\"”»]")
_CLAUSE = re.compile(r",? (?=(?:and|but|which|who|while|because|after|when|where|although|so that) )|[,;:] | [–—-] ")


@dataclass(frozen=True)
class Pair:
    """An Arabic sentence and an English one."""

    source: str
    reference: str


def read(path: Path) -> list[Pair]:
    """Read Arabic, a tab, English, a pair a line."""
    return [Pair(*line.split("\t")[:2]) for line in path.read_text("utf-8").splitlines() if "\t" in line]


def number_changed(pairs: Sequence[Pair], index: int, draw: random.Random) -> str | None:
    """Change one digit of a number, or one number word for another of its kind."""
    text = pairs[index].reference
    places = [*_NUMBER.finditer(text), *_NUMBER_WORD.finditer(text)]
    if not places:
        return None
    place = draw.choice(places)
    word = place[0]
    if word[0].isdigit():
        at = draw.choice([position for position, sign in enumerate(word) if sign.isdigit()])
        digits = [digit for digit in "123456789" if digit != word[at]]
        new = word[:at] + draw.choice(digits) + word[at + 1 :]
    else:
        kind = _SCALES if word.lower() in _SCALES else _WORDS
        new = draw.choice([other for other in kind if other != word.lower()])
        new = new.capitalize() if word[0].isupper() else new
    return text[: place.start()] + new + text[place.end() :]


def _names(text: str, common: frozenset[str]) -> list[re.Match[str]]:
    return [
        match
        for match in _CAPITAL.finditer(text)
        if not any(word.lower() in common or word in _CALENDAR for word in re.split("[ -]", match[0]))
    ]


def name_exchanged(pairs: Sequence[Pair], index: int, draw: random.Random) -> str | None:
    """Put the name of another sentence in the place of one: capitalised words that are nowhere written small."""
    common = _common(pairs)
    places = _names(pairs[index].reference, common)
    if not places:
        return None
    place = draw.choice(places)
    for _ in range(1000):
        others = _names(draw.choice(pairs).reference, common)
        for other in others:
            if not set(other[0].lower().split()) & set(pairs[index].reference.lower().split()):
                return pairs[index].reference[: place.start()] + other[0] + pairs[index].reference[place.end() :]
    return None


def person_dropped(pairs: Sequence[Pair], index: int, draw: random.Random) -> str | None:
    """Take away the name of a person: capitalised words after an office, or before a verb of saying, for which he says.

    They are neither usual in small letters nor names of places, and stand nowhere else in the sentence.
    """
    text, common = pairs[index].reference, _common(pairs)
    places = []
    for match in _PERSON.finditer(text):
        words = re.split("[ -]", match["named"] or match["speaker"])
        rest = text[: match.start()] + text[match.end() :]
        usual = any(word.lower() in common or is_usual(word) for word in words if word[0].isupper())
        usual = usual or bool(gazetteer().in_english(english_words(" ".join(words))))
        if not usual and not any(re.search(rf"\b{re.escape(word)}\b", rest) for word in words if word[0].isupper()):
            places.append(match)
    if not places:
        return None
    place = draw.choice(places)
    if place["named"]:
        return text[: place.start("named")].rstrip() + text[place.end("named") :]
    return text[: place.start()] + ("he" if place.start() else "He") + text[place.end() :]


_COMMON: dict[int, frozenset[str]] = {}


def _common(pairs: Sequence[Pair]) -> frozenset[str]:
    if id(pairs) not in _COMMON:
        _COMMON[id(pairs)] = frozenset(
            word for pair in pairs for word in re.findall(rf"\b[a-z]{_LETTERS}*\b", pair.reference)
        )
    return _COMMON[id(pairs)]


def negation_dropped(pairs: Sequence[Pair], index: int, _: random.Random) -> str | None:
    """Take away the negation of a sentence that has one."""
    text = pairs[index].reference
    if len(_ANY_NEGATION.findall(text)) != 1:
        return None
    for pattern, instead in _NEGATIONS:
        changed = re.sub(pattern, instead, text, count=1, flags=re.IGNORECASE)
        if changed != text:
            return changed
    return None


def quotation_removed(pairs: Sequence[Pair], index: int, _: random.Random) -> str | None:
    """Take away all quotation marks."""
    text = pairs[index].reference
    return re.sub('["“”«»]', "", text) if _QUOTED.search(text) else None


def clause_dropped(pairs: Sequence[Pair], index: int, _: random.Random) -> str | None:
    """Take away what follows the last comma or conjunction, four words or more, where as many are left."""
    text = pairs[index].reference
    for place in reversed(list(_CLAUSE.finditer(text))):
        if len(text[place.end() :].split()) >= _LEAST:
            left = text[: place.start()]
            return left + "." if len(left.split()) >= _LEAST else None
    return None


def first_clause_dropped(pairs: Sequence[Pair], index: int, _: random.Random) -> str | None:
    """Take away what stands before the first comma or conjunction, four words or more, where as many are left."""
    text = pairs[index].reference
    for place in _CLAUSE.finditer(text):
        if len(text[: place.start()].split()) >= _LEAST:
            left = text[place.end() :]
            return left[0].upper() + left[1:] if len(left.split()) >= _LEAST else None
    return None


def doubled(pairs: Sequence[Pair], index: int, _: random.Random) -> str | None:
    """Say the sentence twice."""
    return f"{pairs[index].reference} {pairs[index].reference}"


def appended(pairs: Sequence[Pair], index: int, _: random.Random) -> str | None:
    """Say the next sentence too."""
    return f"{pairs[index].reference} {pairs[(index + 1) % len(pairs)].reference}"


def wrong(pairs: Sequence[Pair], index: int, draw: random.Random) -> str | None:
    """Say another sentence instead."""
    return pairs[(index + draw.randrange(2, len(pairs) - 1)) % len(pairs)].reference


Corruption = Callable[[Sequence[Pair], int, random.Random], str | None]

# What is put in, and the share that is to be found, in per cent.
CORRUPTIONS: Mapping[str, tuple[Corruption, int]] = {
    "one number changed": (number_changed, 98),
    "one name exchanged": (name_exchanged, 85),
    "personal name dropped": (person_dropped, 85),
    "negation dropped": (negation_dropped, 90),
    "quotation marks removed": (quotation_removed, 98),
    "last clause dropped": (clause_dropped, 85),
    "first clause dropped": (first_clause_dropped, 80),
    "sentence doubled": (doubled, 99),
    "next sentence appended": (appended, 90),
    "wrong sentence": (wrong, 99),
}


def check_of(room: str | None) -> Check:
    """Take all checks, or one room's."""
    if room is None:
        return import_module("diplosum.checks").compare  # type: ignore[no-any-return] # named by a string
    return import_module(f"diplosum.fidelity.{room}").check  # type: ignore[no-any-return] # as above


def grave(findings: Iterable[Finding]) -> list[Finding]:
    """Keep warnings and failures."""
    return [finding for finding in findings if finding.severity != "note"]


def percent(part: int, whole: int) -> str:
    """Write a share."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def alarms(pairs: Sequence[Pair], check: Check, examples: int) -> dict[str, Any]:
    """Count references with findings, by severity and kind."""
    started = time.process_time()
    found = [check(pair.source, pair.reference) for pair in pairs]
    seconds = time.process_time() - started
    warned = [index for index, findings in enumerate(found) if grave(findings)]
    failed = [index for index, findings in enumerate(found) if any(one.severity == "fail" for one in findings)]
    kinds = Counter(kind for findings in found for kind in {one.kind for one in grave(findings)})
    for index in warned[:examples]:
        print(f"\nfalse alarm\n  {pairs[index].source}\n  {pairs[index].reference}")
        for finding in grave(found[index]):
            print(f"  {finding.severity} {finding.kind}: {finding.message}")
    return {
        "pairs": len(pairs),
        "warn or fail": percent(len(warned), len(pairs)),
        "fail": percent(len(failed), len(pairs)),
        "by kind": ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()),
        "CPU ms a pair": f"{1000 * seconds / len(pairs):.1f}",
    }


def detection(pairs: Sequence[Pair], check: Check, examples: int) -> list[dict[str, Any]]:
    """Put each kind of mistake into every reference that can have it, and count what is found."""
    rows = []
    for name, (corrupt, least) in CORRUPTIONS.items():
        draw = random.Random(_SEED)  # noqa: S311 - reproducible, not secret
        tried = [(pair, made) for index, pair in enumerate(pairs) if (made := corrupt(pairs, index, draw)) is not None]
        missed = [(pair, made) for pair, made in tried if not grave(check(pair.source, made))]
        for pair, made in missed[:examples]:
            print(f"\nmissed: {name}\n  {pair.source}\n  {pair.reference}\n  {made}")
        rows.append(
            {
                "mistake": name,
                "sentences": len(tried),
                "found": percent(len(tried) - len(missed), len(tried)),
                "to find": f"{least} %",
            }
        )
    return rows


def systems(pairs: Sequence[Pair], folder: Path, check: Check) -> list[dict[str, Any]]:
    """Count findings per 100 sentences in stored translations, by kind, notes left out."""
    rows = []
    for path in sorted(folder.glob("*.en")):
        lines = path.read_text("utf-8").splitlines()
        found = [grave(check(pair.source, line)) for pair, line in zip(pairs, lines, strict=True)]
        kinds = Counter(finding.kind for findings in found for finding in findings)
        fails = sum(any(finding.severity == "fail" for finding in findings) for findings in found)
        rows.append(
            {"system": path.stem, "sentences": percent(sum(map(bool, found)), len(pairs))}
            | {"with fail": percent(fails, len(pairs))}
            | {kind: f"{100 * count / len(pairs):.1f}" for kind, count in sorted(kinds.items())}
        )
    return rows


def main() -> None:
    """Print three tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", type=Path)
    parser.add_argument("--systems", type=Path)
    parser.add_argument("--room", help="one room of diplosum/fidelity alone")
    parser.add_argument("--examples", type=int, default=0, help="false alarms and misses of each kind to print")
    options = parser.parse_args()
    beside = [path for path in (SHARED / "flores-dev.tsv", SHARED / "news-dev.tsv") if path.is_file()]
    paths = options.sets or beside or [OWN]
    folder = options.systems or (SHARED / "flores-dev-systems" if paths == beside and beside else None)
    check = check_of(options.room)
    sets = {path.stem: read(path) for path in paths}
    check(*vars(next(iter(sets.values()))[0]).values())  # what is loaded on the first call is not a pair's time
    results = measure.ROOT / "benchmarks" / "results"
    rows = [{"set": name} | alarms(pairs, check, options.examples) for name, pairs in sets.items()]
    measure.report("False alarms on reference translations", rows, results / "fidelity-alarms.json")
    for name, pairs in sets.items():
        rows = detection(pairs, check, options.examples)
        measure.report(f"Mistakes put into {name}, found", rows, results / f"fidelity-detection-{name}.json")
    if folder:
        rows = systems(next(iter(sets.values())), folder, check)
        measure.report("Findings per 100 sentences of stored translations", rows, results / "fidelity-systems.json")


if __name__ == "__main__":
    main()
