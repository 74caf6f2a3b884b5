"""Subtitles, SubRip (.srt) and WebVTT (.vtt): cues -> running text for a model, and its sentences -> the same cues.

A sentence often spans cues, so the cues are joined to one text before it is split into sentences; a translation is
laid back over the cues that its sentence came from, in proportion to what each of them held of it. Times, numbers and
names of cues, their settings, notes and styles stay as they are in the file.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import accumulate, pairwise
from typing import Literal

from diplosum.errors import InputError
from diplosum.finding import Span

Form = Literal["srt", "vtt"]

FORMS: dict[str, Form] = {"SubRip": "srt", "WebVTT": "vtt"}

_LINE = re.compile(r"\r\n|\r|\n")
_TIME = r"(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMES = re.compile(rf"({_TIME})\s*-->\s*({_TIME})(?:\s+\S.*)?", re.ASCII)
_NOTE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")  # begins a block of WebVTT that is no cue
_NAME = r"(?:i|b|u|s|font|c|v|lang|ruby|rt)"
_TAG = re.compile(rf"</?{_NAME}(?:[ .\t][^<>]*)?>|<\d[\d:.]*>|\{{\\[^{{}}]*\}}", re.IGNORECASE)
_OPENING = re.compile(rf"(?:<{_NAME}(?:[ .\t][^<>]*)?>|\{{\\[^{{}}]*\}}|\s)+", re.IGNORECASE)
_AGAIN = re.compile(r"</(\w+)>(\s*)<\1>", re.IGNORECASE)  # <i>one line</i> and <i>the next</i>
_LANGUAGE = re.compile(r"^Language:.*$", re.MULTILINE)
_OF_BOTH = re.compile("</?[ibu]>", re.IGNORECASE)  # tags that both formats know
_END = re.compile(r"[.!?؟۔…][»”’'\")\]]*$")
_SPEAKER = re.compile(r"[-–—]\s*\S")
_WHAT_IS_A_CUE = "a cue is a line of times, 00:00:01,000 --> 00:00:02,500, and lines of text"
_SILENCE = 2.0  # seconds after which nobody goes on with a sentence
_LONGEST = 300  # characters that are joined; many subtitles have no full stops
_WIDTH = 42  # characters of a line, as broadcasters' guides have it
_CLAUSE = 6  # characters that a cue may be off for ending where a clause ends, or not on a word that leads to the next
_LEADING = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "that", "the", "to", "with"]
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue. ``above`` are the notes before it, verbatim; ``spans`` what of the running text its lines are."""

    above: str
    label: str
    times: str
    opening: str
    closing: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Subtitles:
    """A file of cues. ``text`` is what they say; ``lost`` counts the tags inside it, which no translation keeps."""

    form: Form
    header: str
    cues: tuple[Cue, ...]
    below: str
    text: str
    lost: int


def parse(text: str, form: Form, where: str) -> Subtitles:
    """Read a file of subtitles. Raises InputError, with the number of the line, for what belongs to no cue."""
    lines = _LINE.split(text)
    begin = 0
    if form == "vtt":
        if not re.match(r"WEBVTT(?:\s|$)", lines[0]):
            raise InputError("line 1 is not WEBVTT", where=where, hint="if it is SubRip, rename it to .srt")
        begin = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    running = _Running()
    cues, above = [], ""
    for part in _parts(lines, begin, form, where):
        if part.times is None:
            above += "\n".join(part.lines) + "\n\n"
        else:
            cues.append(running.add(part, form, above))
            above = ""
    return Subtitles(form, "\n".join(lines[:begin]), tuple(cues), above, "".join(running.pieces), running.lost)


@dataclass(frozen=True, slots=True)
class _Part:
    """A cue as it stands in the file, or where it has no times a note."""

    label: str
    times: str | None
    lines: tuple[str, ...]


def _parts(lines: Sequence[str], begin: int, form: Form, where: str) -> list[_Part]:
    notes, rest = [], begin
    for number in range(begin, len(lines)):
        if form == "vtt" and number >= rest and not lines[number - 1].strip() and _NOTE.match(lines[number]):
            rest = next((n for n in range(number, len(lines)) if not lines[n].strip()), len(lines))
            notes.append((number, rest))
    inside = {number for start, end in notes for number in range(start, end)}
    timed = [number for number in range(begin, len(lines)) if "-->" in lines[number] and number not in inside]
    for number in timed:
        if not _TIMES.fullmatch(lines[number].strip()):
            hint = "times are written 00:00:01,000 --> 00:00:02,500"
            raise InputError(f"line {number + 1} has no times that can be read", where=where, hint=hint)
    if not timed:
        raise InputError("has no cues", where=where, hint=_WHAT_IS_A_CUE)
    starts = {number - _has_label(lines, number, begin, form): number for number in timed} | dict(notes)
    places = sorted(starts)
    _belongs(lines, begin, places[0], where)
    parts = []
    for start, after in pairwise([*places, len(lines)]):
        if start in inside:
            _belongs(lines, starts[start], after, where)
            parts.append(_Part("", None, tuple(lines[start : starts[start]])))
            continue
        times = starts[start]
        end = after
        if form == "vtt":
            end = next((number for number in range(times + 1, after) if not lines[number].strip()), after)
            _belongs(lines, end, after, where)
        said = tuple(words for line in lines[times + 1 : end] if (words := " ".join(line.split())))
        parts.append(_Part(lines[start].strip() if start < times else "", lines[times].strip(), said))
    return parts


def _has_label(lines: Sequence[str], number: int, begin: int, form: Form) -> bool:
    """Whether the line before the times is the number or name of the cue, and not the text of the one before."""
    label = lines[number - 1].strip() if number > begin else ""
    before = lines[number - 2] if number > begin + 1 else ""
    return bool(label) and (form == "vtt" or label.isdecimal()) and (not before.strip() or "-->" in before)


def _belongs(lines: Sequence[str], start: int, end: int, where: str) -> None:
    """Refuse text between cues."""
    for number in range(start, end):
        if lines[number].strip():
            hint = "a cue is a line of times, 00:00:01,000 --> 00:00:02,500, and lines of text"
            raise InputError(
                f"line {number + 1} belongs to no cue: {lines[number].strip()[:60]}", where=where, hint=hint
            )


@dataclass(slots=True)
class _Running:
    """The text of the cues so far, a paragraph a line."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    paragraph: int = 0  # characters of the one that is being written
    ended: float = 0.0  # seconds
    lost: int = 0

    def add(self, part: _Part, form: Form, above: str) -> Cue:
        times = part.times or ""
        start, end = (_seconds(time) for time in _both(times))
        raw = _AGAIN.sub(r"\2", "\n".join(part.lines))
        opening, inside, closing = _tags(raw)
        self.lost += len(_TAG.findall(raw)) - len(_TAG.findall(opening + closing))
        spans = []
        for line in inside.split("\n"):
            plain = _TAG.sub("", line)
            words = " ".join((unescape(plain) if form == "vtt" else plain).split())
            if words:
                spans.append(self._say(words, after=start - self.ended))
                self.ended = start
        self.ended = end
        return Cue(above, part.label, times, opening, closing, tuple(spans))

    def _say(self, words: str, after: float) -> Span:
        said = self.pieces[-1] if self.pieces else ""
        breaks = _END.search(said) or _SPEAKER.match(words) or after > _SILENCE or self.paragraph > _LONGEST
        if said:
            self.pieces.append("\n" if breaks else " ")
            self.length += 1
        self.paragraph = len(words) if breaks else self.paragraph + 1 + len(words)
        self.pieces.append(words)
        self.length += len(words)
        return self.length - len(words), self.length


def _both(times: str) -> Sequence[str]:
    match = _TIMES.fullmatch(times)
    return match.groups() if match else ()


def _seconds(time: str) -> float:
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds


def _tags(raw: str) -> tuple[str, str, str]:
    """Split the tags off that are about a whole cue: those it opens with, where what they open closes at its end."""
    start = match.end() if (match := _OPENING.match(raw)) else 0
    end = len(raw)
    for tag in reversed([*_TAG.finditer(raw, start)]):
        if not tag[0].startswith("</") or raw[tag.end() : end].strip():
            break
        end = tag.start()
    inside = raw[start:end]
    within = {_tag_name(tag) for tag in _TAG.findall(inside)}
    closing = [tag for tag in _TAG.findall(raw, end) if _tag_name(tag) not in within]
    # A position and a speaker hold to the end of the cue without being closed.
    names = {"", "v"} | {_tag_name(tag) for tag in closing}
    opening = [tag for tag in _TAG.findall(raw, 0, start) if _tag_name(tag) in names]
    opened = {_tag_name(tag) for tag in opening}
    return "".join(opening), inside, "".join(tag for tag in closing if _tag_name(tag) in opened)


def _tag_name(tag: str) -> str:
    """Name a tag, without what it says beside; a position in braces has no name."""
    return re.sub(r"\W.*", "", tag.lstrip("</")).casefold()


def write(subtitles: Subtitles, sentences: Iterable[tuple[Span, str]], form: Form, *, bilingual: bool = False) -> str:
    """Write the cues with other sentences: ``(span of the running text, what is said instead)``, in order.

    ``bilingual`` puts what the file says under it.
    """
    said: list[list[str]] = [[] for _ in subtitles.cues]
    places = [(span, number) for number, cue in enumerate(subtitles.cues) for span in cue.spans]
    starts = [start for (start, _), _ in places]
    for (start, end), text in sentences:
        held: dict[int, int] = {}
        for (first, last), number in places[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]:
            held[number] = held.get(number, 0) + max(0, min(end, last) - max(start, first))
        numbers = [number for number, characters in held.items() if characters]
        for number, piece in zip(numbers, share(text.split(), [held[number] for number in numbers]), strict=True):
            said[number].append(piece)
    blocks = []
    for number, (cue, pieces) in enumerate(zip(subtitles.cues, said, strict=True), 1):
        lines = _lines([piece for piece in pieces if piece])
        if bilingual:
            lines += [subtitles.text[start:end] for start, end in cue.spans]
        blocks.append(_block(cue, number, lines, subtitles.form, form))
    if form == "srt":
        return "\n".join(blocks)
    header = subtitles.header if subtitles.form == "vtt" else "WEBVTT"
    below = subtitles.below if subtitles.form == "vtt" else ""
    return (
        f"{_LANGUAGE.sub('Language: en', header)}\n\n" + "\n".join(blocks) + (f"\n{below.rstrip()}\n" if below else "")
    )


def _block(cue: Cue, number: int, lines: Sequence[str], was: Form, form: Form) -> str:
    text = "\n".join(escape(line, quote=False) if form == "vtt" else line.replace("-->", "→") for line in lines)
    opening, closing = cue.opening, cue.closing
    if form == was:
        above, times = cue.above, cue.times
    else:
        above, times = "", " --> ".join(_time(time, form) for time in _both(cue.times))
        opening, closing = ("".join(_OF_BOTH.findall(tags)) for tags in (opening, closing))
    label = cue.label if form in {"vtt", was} else ""
    label = label or (str(number) if form == "srt" else "")
    said = f"{opening}{text}{closing}\n" if text else ""
    return f"{above}{label}\n{times}\n{said}" if label else f"{above}{times}\n{said}"


def _time(time: str, form: Form) -> str:
    *before, seconds = time.split(":")
    whole, parts = re.split("[.,]", seconds)
    hours, minutes = before if len(before) > 1 else ("0", before[0])
    mark = "," if form == "srt" else "."
    return f"{hours:0>2}:{minutes:0>2}:{whole:0>2}{mark}{parts:0<3}"


def share(words: Sequence[str], weights: Sequence[int]) -> list[str]:
    """Cut a sentence into a piece for each weight, in proportion to them as far as words go, and none of them empty.

    Where there are fewer words than weights the last pieces are empty.
    """
    if len(words) < len(weights):
        return [*words, *("" for _ in range(len(weights) - len(words)))]
    ends = list(accumulate(len(word) + 1 for word in words))
    cuts = [0]
    total = sum(weights)
    for position, weight in enumerate(accumulate(weights[:-1]), 1):
        lowest, highest = cuts[-1] + 1, len(words) - (len(weights) - position)
        wanted = ends[-1] * weight / total
        near = bisect_left(ends, wanted) + 1
        candidates = range(min(max(near - 2, lowest), highest), min(max(near + 2, lowest), highest) + 1)
        cuts.append(min(candidates, key=lambda cut: abs(ends[cut - 1] - wanted) + _cost(words[cut - 1])))
    return [" ".join(words[start:end]) for start, end in pairwise([*cuts, len(words)])]


def _cost(last: str) -> int:
    """How well a cue ends with a word, in characters that it may be off for it."""
    return -_CLAUSE if last[-1] in ",;:.!?" else _CLAUSE * (last.casefold() in _LEADING)


def _lines(pieces: Sequence[str]) -> list[str]:
    """Set what a cue says in at most two lines: a line for each of two speakers, else lines of like length."""
    speakers: list[str] = []
    for piece in pieces:
        if speakers and not _SPEAKER.match(piece):
            speakers[-1] += f" {piece}"
        else:
            speakers.append(piece)
    if len(speakers) == 2:  # noqa: PLR2004 - a line each
        return speakers
    text = " ".join(speakers)
    spaces = [match.start() for match in re.finditer(" ", text)]
    if len(text) <= _WIDTH or not spaces:
        return [text] if text else []
    middle = min(spaces, key=lambda space: abs(len(text) - 1 - 2 * space))
    return [text[:middle], text[middle + 1 :]]
