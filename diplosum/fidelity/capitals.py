"""Is a capitalised English word a name, or one that is only written so: Foreign Minister, Tuesday, The.

diplosum/assets/words.txt lists English words that are usual in small letters; benchmarks/names_lists.py makes it.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

# Months and weekdays are the business of another room; titles, numerals and companies' endings are no names.
_NO_NAMES = (
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri "
    "sat sun mr mrs ms miss dr prof sir dame st jr sr no inc ltd co corp plc gen col lt sgt capt rev hon maj brig adm "
    "i'm i've i'd i'll ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx xxi am pm etc"
)
# Parts of names that are spelled in many ways, joined or left out.
_PARTICLES = (
    "al el il ul as ash at an ar ad az ed er es abu abd abdul abdel abi ibn bin ben bint umm ould de del della di da "
    "do dos das van von der den la le les los las lo st san santa saint mac mc"
)
# Offices and bodies that texts write with a capital more often than not.
_OFFICES = (
    "rapporteur compendium narcotic archbishop lieutenant plateau commodore brigadier sergeant admiral congressman "
    "congresswoman sultan sheikh sheikha mufti imam bishop cardinal reverend rabbi archduke duke duchess earl viscount "
    "countess baron baroness ombudsman chairwoman directorate bureau league emirate sultanate prefecture canton oblast "
    "harbour harbor gulf strait cape boulevard basilica abbey biennale herald tribune gazette telegraph chronicle "
    "bulletin accelerator quartet troika caucus caliphate caliph eminence supreme patriotic semifinal semifinals "
    "quarterfinal quarterfinals goalkeeper midfielder referee derby counterclaim commentator subcommittee taskforce"
)
# Endings that names hardly have: Archaeology, Liberation, Parenthood.
_NO_NAMES_ENDING = re.compile(
    "(?:tions?|sions?|ments?|ness|hoods?|ships?|olog(?:y|ist|ists|ical)|icals?|ious|eous|ables?|ibles?|less|ural|ional|"
    "ively|ally|isms?|elty|alty|eries|phobia)$"
)
_INFLECTIONS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ly", ""), ("er", ""),
    ("er", "e"), ("ers", ""), ("ers", "e"), ("ist", ""), ("ists", ""), ("al", ""), ("ally", ""), ("n't", ""),
    ("'re", ""),
)  # fmt: skip
_BEFORE = re.compile("^(?:un|non|sub|trans|anti|inter|co|pre|re|multi|over|under)")
_STEM, _WHOLE = 3, 4  # letters that are left without an ending, at least, and without a beginning, more than

_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_START = re.compile(r"(?:^|[.!?:;…•])[\s\"'“”‘’«»()\[\]*—–-]*$|^\W*\d*\W*$")


@cache
def _common() -> frozenset[str]:
    listed = (files("diplosum") / "assets" / "words.txt").read_text(encoding="utf-8")
    words = [word for line in listed.splitlines() if not line.startswith("#") for word in line.split()]
    return frozenset(words).union(_NO_NAMES.split(), _PARTICLES.split(), _OFFICES.split())


@lru_cache(maxsize=8192)
def is_usual(word: str) -> bool:
    """Tell whether a word, or one that it comes from, is usual in small letters."""
    small, common = word.lower().replace("’", "'"), _common()
    if small in common or _NO_NAMES_ENDING.search(small):
        return True
    stems = [small.removesuffix(end) + new for end, new in _INFLECTIONS if small.endswith(end)]
    whole = _BEFORE.sub("", small)
    return any(stem in common for stem in stems if len(stem) >= _STEM) or (len(whole) > _WHOLE and whole in common)


def is_abbreviation(word: str) -> bool:
    """Tell letters (UN, MPs, Bs, G20, MetroPlus) from words; O'Neill and McDonald are words."""
    inner = re.sub("^(?:Mc|Mac|O['’]|De|Di|La|Le|Al|El|Van|Fitz)(?=[A-Z][a-z])", "", word)[1:]
    return any(letter.isupper() or letter.isdigit() for letter in inner) or (word.isascii() and not _VOWEL.search(word))


def starts_sentence(text: str, place: int) -> bool:
    """Tell whether a word at ``place`` has its capital from being first."""
    return _START.search(text[:place]) is not None
