"""Make names-lexicon.tsv, names-cldr.tsv and the two lists of words in diplosum/assets: what is not written by hand.

From diplosum's own lexicon (``--lexicon``; Apache-2.0): countries with their adjectives and other names, capitals,
cities, regions, seas, organisations. From the Unicode CLDR, through Babel (``pip install babel``; Unicode licence v3,
BSD-3): territories, languages, cities that time zones are named for.
The words are those that the English side of parallel texts (``--corpus``, Arabic TAB English, gzip) writes twice or
more in small letters, and not oftener with a capital inside a sentence, unless they are frequent.
"""

import argparse
import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel import Locale

from diplosum.fidelity.capitals import is_abbreviation, is_usual
from diplosum.fidelity.gazetteer import gazetteer
from diplosum.fidelity.transliteration import score
from diplosum.fidelity.words import arabic_words, english_words, key_of

ASSETS = Path(__file__).parent.parent / "diplosum" / "assets"
# Arabic names of places that are words of another meaning as well: their absence says nothing.
DOUBTFUL = (
    "الزاوية الزرقاء العمارة المنصورة الجنينة الأبيض الخليل العقبة المفرق الداخلة العيون الرمادي سرت سوسة معان جدة "
    "أبين العين العلا الريان حماة الكرك الرقة قابس بورصة كرمان فاس نيس ليون باري كان ليل بون الجزيرة بابل صور صيدا "
    "تدمر المهرة شبوة كسلا هاربين العريش الناصرة الرياض المدينة بالي واو قم غوا فارنا بيرث كورك نيوم "
    "الدوحة سامراء"
)
NAMED = {"country", "city", "person"}  # kinds of names whose words stay names, however frequent
SHORT = 4  # letters, without the article
FREQUENT = 5  # times that make a word usual, however often it has a capital
MET = 4  # times that an Arabic word must be met,
LOOKED_AT = 5  # and sentences in which it is looked at
Row = tuple[str, str, str]  # kind, Arabic forms, English forms


def rows_of(folder: Path, name: str) -> list[list[str]]:
    """Read a list of the lexicon, without its first line."""
    with (folder / f"{name}.tsv").open(encoding="utf-8") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def bare(english: str) -> str:
    """Leave out the article."""
    return re.sub("^the ", "", english)


def joined(forms: Iterable[str]) -> str:
    """Write forms beside each other, each once."""
    return "|".join(dict.fromkeys(form for form in forms if form))


def from_lexicon(folder: Path) -> Iterator[Row]:
    """List what the lexicon names."""
    others = rows_of(folder, "country_alt_names")
    for arabic, english, _, _, capital, capital_english, masculine, _, adjective, *_ in rows_of(folder, "countries"):
        arabic_forms = [arabic, masculine, *(row[0] for row in others if row[2] == english)]
        english_forms = [english, adjective, adjective + "s", *(bare(row[1]) for row in others if row[2] == english)]
        yield "country", joined(arabic_forms), joined(english_forms)
        yield "city", capital, capital_english
    for arabic, english, _, kind in rows_of(folder, "cities"):
        yield ("city" if kind == "c" else "region"), arabic, bare(english)
    countries = {row[0] for name in ("countries", "country_alt_names") for row in rows_of(folder, name)}
    for name in ("regions", "seas", "ctplaces"):
        for arabic, english in rows_of(folder, name):
            if arabic not in countries:
                yield "region", arabic, bare(english)
    for arabic, english, *_ in rows_of(folder, "organisations"):
        long, _, short = arabic.partition(" (")
        name, _, letters = bare(english).partition(" (")
        shorter = re.sub("^(UN|US) ", "", name)
        yield "body", joined([long, short.rstrip(")")]), joined([name, shorter, letters.rstrip(")")])


def from_cldr() -> Iterator[Row]:
    """List what CLDR names in both languages."""
    arabic, english = Locale("ar"), Locale("en")
    world = {"001", "QO", "ZZ", "XA", "XB", "UN", "EU", "EZ"}
    for code, name in sorted(english.territories.items()):
        if code in arabic.territories and code not in world:
            yield ("region" if code.isdigit() else "country"), clean(arabic.territories[code]), clean(name)
    for code, name in sorted(english.languages.items()):
        if code in arabic.languages and code.isalpha():
            yield "people", clean(arabic.languages[code]), clean(name)
    for zone, names in sorted(english.time_zones.items()):
        city = arabic.time_zones.get(zone, {}).get("city")
        if city:
            yield "city", clean(city), clean(names.get("city", zone.rpartition("/")[2].replace("_", " ")))
    for zone, names in sorted(arabic.time_zones.items()):
        if "city" in names and zone not in english.time_zones:
            yield "city", clean(names["city"]), zone.rpartition("/")[2].replace("_", " ")


def clean(name: str) -> str:
    """Write a name as a text would: no remark in brackets, "and" in full."""
    return re.sub(r" ?\(.*?\)| SAR China| - .*", "", name).replace("&", "and").replace("|", " ").strip()


def usual_words(folder: Path, names: set[str]) -> list[str]:
    """List the words that are usual in small letters."""
    small, large = Counter[str](), Counter[str]()
    for path in sorted(folder.glob("*.tsv.gz")):
        if re.search("translit|cldr|synthetic|monero|bitcoin", path.name):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                english = line.rstrip("\n").split("\t")[1]
                for match in re.finditer(r"[^\W\d_]+(?:['’][a-z]+)?", english):
                    word, before = match[0], english[: match.start()].rstrip(" \"'“(")
                    if word.islower():
                        small[word] += 1
                    elif word.istitle() and before and before[-1] not in ".!?:":
                        large[word.lower()] += 1
    return sorted(
        word
        for word, times in small.items()
        if word.isascii() and len(word) > 1 and times > 1
        and (2 * times >= large[word] or (times > FREQUENT and word not in names))
    )  # fmt: skip


def arabic_words_of(folder: Path) -> list[str]:
    """List the Arabic words that are met often enough, and hardly ever beside a name that is spelled like them."""
    times, beside = Counter[str](), defaultdict[str, list[list[str]]](list)
    for path in sorted(folder.glob("*.tsv.gz")):
        if re.search("translit|cldr|msdocs|monero|bitcoin|mozilla|react|django", path.name):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                arabic, english = line.rstrip("\n").split("\t")[:2]
                names = [word.text for word in english_words(english) if is_capitalised_name(word.text)]
                for key in {key_of(word.text) for word in arabic_words(arabic)}:
                    times[key] += 1
                    if len(beside[key]) < LOOKED_AT:
                        beside[key].append(names)
    usual = {
        key for key, count in times.items()
        if count >= MET and len(key) > 2  # noqa: PLR2004 - shorter ones are like anything
        and sum(any(score(key, name) >= 1 for name in names) for names in beside[key]) < 0.3 * len(beside[key])
    }  # fmt: skip
    starts = re.compile("وبال|ولل|وال|بال|كال|فال|ول|وب|لل|[وف](?=.{3})|[بلك](?=.{4})")
    return sorted(key for key in usual if not any(key[end:] in usual for end in ends(starts, key)))


def ends(pattern: re.Pattern[str], word: str) -> list[int]:
    """List where a word may go on after what stands before it."""
    return [size for size in range(1, 5) if pattern.fullmatch(word[:size]) or (size == 1 and pattern.match(word))]


def is_capitalised_name(word: str) -> bool:
    """Tell whether an English word is a name, as far as its letters show."""
    return word[0].isupper() and len(word) > 1 and not is_usual(word) and not is_abbreviation(word)


@cache
def sure() -> set[str]:
    """List the Arabic names that the list written by hand does not doubt."""
    lines = (ASSETS / "names-own.tsv").read_text(encoding="utf-8").splitlines()
    return {form for line in lines if not line.startswith("#") for form in line.split("\t")[1].split("|")}


def doubted(arabic: str) -> str:
    """Mark a name that may be a word of another meaning, as short ones often are."""
    short = " " not in arabic and len(arabic.removeprefix("ال")) <= SHORT
    return arabic + "?" * (arabic not in sure() and (short or arabic in DOUBTFUL.split()))


def write(name: str, source: str, rows: Iterable[Row]) -> None:
    """Write a list in a fixed order, each row once, with what it is made of."""
    lines = [f"# {source} Made by benchmarks/names_lists.py.", "# kind, Arabic forms, English forms"]
    marked = ((kind, joined(map(doubted if kind != "country" else str, arabic.split("|"))), english)
              for kind, arabic, english in rows)  # fmt: skip
    lines += sorted({"\t".join(row) for row in marked if row[1] and row[2]})
    (ASSETS / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write the three lists."""
    parser = argparse.ArgumentParser(description="Make the lists of names.")
    parser.add_argument("--lexicon", type=Path, default="../shared/lexicon/lexicon")
    parser.add_argument("--corpus", type=Path, default="../shared/corpus")
    options = parser.parse_args()
    lexicon = "From diplosum's lexicon; Apache-2.0, the diplosum authors."
    write("names-lexicon.tsv", lexicon, from_lexicon(options.lexicon))
    write("names-cldr.tsv", "From the Unicode CLDR, copyright Unicode, Inc.; Unicode licence v3.", from_cldr())
    named = {form.lower() for entry in gazetteer().entries if entry.kind in NAMED for form in entry.english}
    words = "\n".join(usual_words(options.corpus, named))
    (ASSETS / "words.txt").write_text(f"# English words usual in small letters: benchmarks/names_lists.py.\n{words}\n")
    arabic = "\n".join(arabic_words_of(options.corpus))
    (ASSETS / "words-ar.txt").write_text(f"# Arabic words that are no names: benchmarks/names_lists.py.\n{arabic}\n")


if __name__ == "__main__":
    main()
