"""Bytes -> ways to read them as text: :func:`detect`, or :func:`named` when the user says which.

The order is: byte order mark, UTF-16 without one, strict UTF-8, then the single-byte Arabic encodings by how well the
bytes read as Arabic. No library makes that last choice: ``benchmarks/encodings.py`` measures four, none of which knows
MacArabic, and what is left for them to choose, the characters of Arabic choose as well.
"""

import codecs
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from diplosum.errors import InputError

# What people call an encoding, and what Python calls it.
CODECS = {
    "UTF-8": "utf-8",
    "UTF-16": "utf-16",
    "UTF-32": "utf-32",
    "Windows-1256": "cp1256",
    "ISO-8859-6": "iso8859-6",
    "MacArabic": "mac-arabic",
}
# MacArabic stands last: it reads the letters of ISO-8859-6 exactly alike, and has signs in the places left empty there.
SINGLE_BYTE = ("Windows-1256", "ISO-8859-6", "MacArabic")
# UTF-32 stands first, because its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# Codecs of Python that no file is in; some of them can produce lone surrogates.
_NOT_FOR_FILES = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}

# How often a character stands among a thousand of an Arabic text, by classes; counted over 110,000 letters of news and
# encyclopaedia articles. Persian and Urdu letters are there because such texts are read too.
_PER_MILLE = {
    " ": 150,
    "ال": 130,
    "يمنورت": 56,
    "بةدعس": 32,
    "َُِّْ": 30,  # in vocalised text
    "فقأكهح": 20,
    "جطشىإ": 10,
    "خصزضئثغءذ": 6,
    "ً": 5,
    "،؛؟«»“”‘’–—…٪٠١٢٣٤٥٦٧٨٩!\"$%'()*+-./:;=\u200c\u200d\u200e\u200f": 3,
    "ظؤآ": 1.5,
    "ٍـپچڤژگکےٹڈڑںہھ\xa0\xad": 1,
    "ٌ": 0.5,
}
_BITS = {character: math.log2(share / 1000) for characters, share in _PER_MILLE.items() for character in characters}
_BITS_OF_ANY_OTHER = math.log2(1e-5)
_LETTER = "[ء-غف-ي]"
# Without هو, which is how Windows-1256 reads the من of ISO-8859-6.
_FREQUENT = re.compile(
    rf"(?<!{_LETTER})(?:[وفبك]?ال(?={_LETTER})"
    rf"|و?(?:في|من|على|إلى|أن|أنه|التي|الذي|هي|عن|مع|هذا|هذه|كان|قال|ما|لا|لم|بعد|بين)(?!{_LETTER}))"
)
# ة, ى and tanwin end a word, but for an alef after tanwin; no vowel mark begins one, no alef with kasra ends one.
_IMPOSSIBLE = re.compile(rf"[ةى](?={_LETTER})|[ً-ٍ](?=(?!ا){_LETTER}|ا{_LETTER})|(?<![ء-غف-يً-ْ])[ً-ْ]|(?:اِ|ِا)(?!{_LETTER})")
_BITS_OF_FREQUENT, _BITS_OF_IMPOSSIBLE = 5, -10
# Bits per character. Of 13,000 Arabic openings of five words, 999 in 1,000 have more than -5.5 and none less than -5.9;
# Russian, Greek, Hebrew, Thai, Chinese, Japanese and Korean have less than -6.8.
_READS_AS_ARABIC = -6.5
# Windows-1256 is by far the commonest of the three; this decides only among a few words.
_BITS_OF_COMMONER = 5
# Bits by which the best reading must lead to be called certain. Of a hundred openings of five words, 99 lead by 13.
_CERTAIN = 10

_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_HEAD = 8_192  # bytes in which a page names it; browsers search 1,024
_SAMPLE = 65_536  # bytes
# Words with bytes beyond ASCII. One or two of them amid Latin letters are the accents of a European language, in whose
# texts there are hardly ever three in a row. Each branch begins alike, which searches long ASCII stretches fast.
_HIGH_WORD = re.compile(rb"[\x80-\xff](?:[\x80-\xff]{2,998}|(?<![A-Za-z][\x80-\xff])[\x80-\xff](?![A-Za-z]))")
_THREE_HIGH = re.compile(rb"[\x80-\xff]{3}")
_UTF_8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF_16_TEXT = re.compile("[\t\n\r -~\xa0-\u206f\U00010000-\U0010ffff]")
_SHARE = 0.9  # of the characters or bytes that must be as expected to call a sample UTF-16 or damaged UTF-8


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read some bytes as text."""

    encoding: str
    codec: str
    reason: str  # a phrase that begins with the encoding: "UTF-16 by its byte order mark"


def detect(data: bytes) -> Iterator[Reading]:
    """Ways to read ``data``, the likeliest first; the first that decodes all of it is the one to take.

    A later one is worked out only when it is asked for. None is right for bytes that are no Arabic text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield Reading(encoding, CODECS[encoding], f"{encoding} by its byte order mark")
            return
    if b"\x06" in data or b"\0" in data:  # in UTF-16 every Arabic letter has a byte 6, every space a byte 0
        for codec, order in (("utf-16-le", "little"), ("utf-16-be", "big")):
            if _is_utf_16(data[:_SAMPLE], codec):
                yield Reading("UTF-16", codec, f"UTF-16, because it reads as text in {order}-endian UTF-16")
                return
    yield Reading("UTF-8", "utf-8", "UTF-8")
    yield from _single_byte(_sample(data))


def declared(data: bytes) -> Reading | None:
    """Read the encoding that a web page names, where it is one for Arabic and all of the page is in it.

    Pages that were saved anew often name the encoding they had; so a mark, and valid UTF-8, say more.
    """
    match = _CHARSET.search(data, 0, _HEAD)
    if match is None or any(data.startswith(mark) for mark, _ in _MARKS):
        return None
    try:
        reading = named(match[1].decode("ascii"))
        text = data.decode(reading.codec)
    except (InputError, UnicodeDecodeError):
        return None
    if reading.encoding not in SINGLE_BYTE or _is_utf_8(data) or not re.search(_LETTER, text):
        return None
    return Reading(reading.encoding, reading.codec, f"{reading.encoding}, which the page names")


def _is_utf_8(data: bytes) -> bool:
    try:
        return bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def named(name: str) -> Reading:
    """Find the reading that a user asks for by name. Raises InputError for a name that Python has no codec for."""
    ours = {encoding.lower(): codec for encoding, codec in CODECS.items()}
    codec = ours.get(name.lower(), name)
    try:
        codec = codecs.lookup(codec).name
        with suppress(UnicodeDecodeError):  # a single byte is not valid UTF-16
            b" ".decode(codec)  # codecs such as hex can be looked up, but do not make text
    except (LookupError, ValueError):
        codec = "undefined"
    if codec in _NOT_FOR_FILES:
        raise InputError(f"unknown encoding {name!r}", hint=_near(name))
    encoding = next((encoding for encoding, ours in CODECS.items() if ours == codec), codec)
    return Reading(encoding, codec, f"{encoding}, given by --encoding")


def is_damaged_utf_8(data: bytes) -> bool:
    """Whether bytes that are not valid UTF-8 are marked as UTF-8, or are UTF-8 for the most part."""
    sample = _sample(data).replace(b"\n", b"")
    return data.startswith(codecs.BOM_UTF8) or sum(map(len, _UTF_8_SEQUENCE.findall(sample))) > _SHARE * len(sample)


def _near(name: str) -> str:
    import difflib  # 6 ms, which only this message needs
    from encodings.aliases import aliases

    ours = {encoding.lower(): encoding for encoding in CODECS}
    theirs = {alias.replace("_", "-"): alias.replace("_", "-") for alias in aliases}
    for spellings in (ours, theirs):
        for near in difflib.get_close_matches(name.lower().replace("_", "-"), spellings, n=1, cutoff=0.7):
            return f"did you mean --encoding {spellings[near]}?"
    return f"known are {', '.join(CODECS)} and Python's others"


def _is_utf_16(start: bytes, codec: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(codec)().decode(start)  # incremental: the last character may be cut
    except UnicodeDecodeError:
        return False
    return len(_UTF_16_TEXT.findall(text)) > _SHARE * len(text)


def _sample(data: bytes) -> bytes:
    """Words with bytes beyond ASCII, one a line, from wherever in the file they begin."""
    return b"\n".join(word[0] for word in islice(_HIGH_WORD.finditer(data), _SAMPLE // 16))[:_SAMPLE]


def _single_byte(sample: bytes) -> Iterator[Reading]:
    if not _THREE_HIGH.search(sample):
        return
    texts = {}
    for encoding in SINGLE_BYTE:
        with suppress(UnicodeDecodeError):  # bytes that ISO-8859-6 leaves undefined
            texts[encoding] = sample.decode(CODECS[encoding])
    bits = {encoding: _bits(text) for encoding, text in texts.items()}
    least = _READS_AS_ARABIC * (len(sample) - sample.count(b"\n"))
    arabic = {encoding for encoding in bits if bits[encoding] > least}
    bits["Windows-1256"] += _BITS_OF_COMMONER
    ranked = sorted(bits, key=bits.__getitem__, reverse=True)
    for encoding in ranked:
        if encoding in arabic:
            reason = f"{encoding}, because it is not UTF-8 and reads as Arabic in {encoding}"
            words = texts[encoding].split()  # MacArabic has a space where ISO-8859-6 has a no-break space
            rival = next((other for other in ranked if texts[other].split() != words), None)
            if rival:
                reason += f" (next best: {rival})"
            if rival and bits[encoding] - bits[rival] < _CERTAIN:
                reason += f"; this is uncertain: if the text looks wrong, try --encoding {rival}"
            yield Reading(encoding, CODECS[encoding], reason)


def _bits(text: str) -> float:
    """Log-likelihood of words, one a line, as Arabic: by their characters, frequent words and impossible sequences."""
    counts = Counter(text)
    del counts["\n"]
    return (
        sum(number * _BITS.get(character, _BITS_OF_ANY_OTHER) for character, number in counts.items())
        + _BITS_OF_FREQUENT * len(_FREQUENT.findall(text))
        + _BITS_OF_IMPOSSIBLE * len(_IMPOSSIBLE.findall(text))
    )
