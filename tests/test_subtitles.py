"""Subtitles: cues to running text and back."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplosum import subtitles
from diplosum.document import parse
from diplosum.errors import InputError

SRT = """1
00:00:01,000 --> 00:00:03,500
وصل وزير الخارجية إلى العاصمة

2
00:00:03,600 --> 00:00:06,000 X1:10 X2:20
في زيارة تستمر يومين.

3
00:00:06,100 --> 00:00:09,000
<i>- هل وصل الوفد؟</i>
<i>- نعم، وصل أمس.</i>

4
00:00:20,000 --> 00:00:22,000
{\\an8}موسيقى
"""
SAID = "وصل وزير الخارجية إلى العاصمة في زيارة تستمر يومين.\n- هل وصل الوفد؟\n- نعم، وصل أمس.\nموسيقى"
ENGLISH = (
    "The foreign minister arrived in the capital on a two-day visit.",
    "- Has the delegation arrived?",
    "- Yes, it arrived yesterday.",
    "Music",
)
VTT = """WEBVTT - نشرة
Language: ar

STYLE
::cue { color: yellow }

NOTE كتبه محرر
على سطرين

opening
00:01.000 --> 00:03.500 align:end position:90%
<v كريم>قال: R&amp;D &lt; 5،

00:01:03.600 --> 00:01:06.000
ثم <c.loud>غادر</c>.

NOTE انتهى
"""


def read(text: str, form: subtitles.Form = "srt") -> subtitles.Subtitles:
    return subtitles.parse(text, form, "a.srt")


def translated(
    text: str,
    said: tuple[str, ...],
    form: subtitles.Form = "srt",
    to: subtitles.Form = "srt",
    *,
    bilingual: bool = False,
) -> str:
    cues = read(text, form)
    sentences = [(span.start, span.end) for span in parse(cues.text).sentences]
    return subtitles.write(cues, zip(sentences, said, strict=True), to, bilingual=bilingual)


def test_cues_become_text_whose_sentences_span_them() -> None:
    assert read(SRT).text == SAID


def test_a_translation_is_laid_over_the_cues_with_their_times_numbers_and_tags() -> None:
    assert (
        translated(SRT, ENGLISH)
        == """1
00:00:01,000 --> 00:00:03,500
The foreign minister
arrived in the capital

2
00:00:03,600 --> 00:00:06,000 X1:10 X2:20
on a two-day visit.

3
00:00:06,100 --> 00:00:09,000
<i>- Has the delegation arrived?
- Yes, it arrived yesterday.</i>

4
00:00:20,000 --> 00:00:22,000
{\\an8}Music
"""
    )


def test_subrip_becomes_webvtt_without_what_webvtt_does_not_know() -> None:
    written = translated(SRT, ENGLISH, to="vtt")
    assert written.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.500\nThe foreign")
    assert "2\n00:00:03.600 --> 00:00:06.000\n" in written
    assert "<i>- Has" in written
    assert written.endswith("4\n00:00:20.000 --> 00:00:22.000\nMusic\n")


def test_webvtt_keeps_header_notes_styles_names_settings_and_the_speaker() -> None:
    cues = read(VTT, "vtt")
    assert cues.text == "قال: R&D < 5،\nثم غادر."  # a minute of silence: nobody goes on with a sentence
    assert cues.lost == 2
    assert (
        translated(VTT, ("He said: R&D <", "5, then --> left."), "vtt", "vtt")
        == """WEBVTT - نشرة
Language: en

STYLE
::cue { color: yellow }

NOTE كتبه محرر
على سطرين

opening
00:01.000 --> 00:03.500 align:end position:90%
<v كريم>He said: R&amp;D &lt;

00:01:03.600 --> 00:01:06.000
5, then --&gt; left.

NOTE انتهى
"""
    )


def test_webvtt_becomes_subrip_with_numbers_and_full_times() -> None:
    assert translated(VTT, ("He said.", "He --> left."), "vtt", "srt") == (
        "1\n00:00:01,000 --> 00:00:03,500\nHe said.\n\n2\n00:01:03,600 --> 00:01:06,000\nHe → left.\n"
    )


def test_what_was_said_can_stand_under_its_translation() -> None:
    written = translated(SRT, ENGLISH, bilingual=True)
    assert "on a two-day visit.\nفي زيارة تستمر يومين.\n" in written


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_read(line_end: str) -> None:
    assert read(SRT.replace("\n", line_end)) == read(SRT)


def test_blank_lines_in_a_cue_missing_ones_between_cues_and_missing_numbers_lose_nothing() -> None:
    text = (
        "00:00:01,000 --> 00:00:02,000\nوصل\n\nالوفد\n7\n00:00:02,000 --> 00:00:03,000\nأمس\n\n"
        "8\n00:00:03,000 --> 00:00:04,000\n\n9\n00:00:04,000 --> 00:00:05,000\n2024\n"
    )
    cues = read(text)
    assert cues.text == "وصل الوفد 7 أمس 2024"
    assert [cue.label for cue in cues.cues] == ["", "", "8", "9"]


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("مقدمة\n\n1\n00:00:01,000 --> 00:00:02,000\nوصل\n", "srt", "line 1 belongs to no cue: مقدمة"),
        ("1\n00:00:01,000 -> 00:00:02,000\nوصل\n", "srt", "has no cues"),
        ("1\n00:00:01 --> 00:00:02\nوصل\n", "srt", "line 2 has no times that can be read"),
        ("1\n00:00:01,000 --> 00:00:02,000\nوصل --> عاد\n", "srt", "line 3 has no times that can be read"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nوصل\n\nعاد\n", "vtt", "line 6 belongs to no cue: عاد"),
        ("WEBVTT\n\nNOTE\nنعم\n\nعاد\n\n00:01.000 --> 00:02.000\nوصل\n", "vtt", "line 6 belongs to no cue: عاد"),
        ("1\n00:01.000 --> 00:02.000\nوصل\n", "vtt", "line 1 is not WEBVTT"),
    ],
)
def test_what_is_no_cue_is_refused_with_its_line(text: str, form: subtitles.Form, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, form)
    assert caught.value.message == message
    assert caught.value.where == "a.srt"
    assert caught.value.hint


def test_subtitles_without_full_stops_do_not_become_one_sentence() -> None:
    cue = "{0}\n00:{0:02}:00,000 --> 00:{0:02}:59,500\nكلمة بعد كلمة بعد كلمة بعد كلمة\n"
    text = read("\n".join(cue.format(number) for number in range(1, 60))).text
    assert max(len(line) for line in text.split("\n")) < 400
    assert text.count("كلمة بعد كلمة بعد كلمة") == 59


WORDS = st.lists(st.text(alphabet="abcdefgh,.", min_size=1, max_size=12), max_size=60)


@given(WORDS, st.lists(st.integers(min_value=1, max_value=500), min_size=1, max_size=12))
def test_sharing_keeps_every_word_in_order_and_leaves_no_cue_empty(words: list[str], weights: list[int]) -> None:
    pieces = subtitles.share(words, weights)
    assert len(pieces) == len(weights)
    assert " ".join(pieces).split() == words
    assert sum(bool(piece) for piece in pieces) == min(len(words), len(weights))


@given(st.integers(min_value=1, max_value=60), st.integers(min_value=1, max_value=20))
def test_sharing_is_in_proportion(first: int, second: int) -> None:
    pieces = subtitles.share(["abcd"] * 200, [first, second])
    assert len(pieces[0].split()) == pytest.approx(max(1, min(199, 200 * first / (first + second))), abs=2)


CUE = st.lists(st.text(alphabet="ابتث .،؟-<>&i", max_size=40), max_size=3).map("\n".join)


@given(st.lists(CUE, min_size=1, max_size=8), st.sampled_from(["srt", "vtt"]), st.sampled_from(["srt", "vtt"]))
def test_times_stay_and_words_are_all_there_whatever_the_cues_hold(
    said: list[str], form: subtitles.Form, to: subtitles.Form
) -> None:
    lines = [[line for line in text.replace("-->", "").split("\n") if line.strip()] for text in said]
    blocks = [
        "\n".join([f"00:00:{number:02}.000 --> 00:00:{number + 1:02}.000", *cue, ""])
        for number, cue in enumerate(lines)
    ]
    cues = read(("WEBVTT\n\n" if form == "vtt" else "") + "\n".join(blocks), form)
    assert len(cues.cues) == len(said)
    for (_, end), (start, _) in pairwise(span for cue in cues.cues for span in cue.spans):
        assert start == end + 1
    sentences = [
        ((span.start, span.end), f"w{number} x{number}.") for number, span in enumerate(parse(cues.text).sentences)
    ]
    written = subtitles.write(cues, sentences, to)
    assert re.findall(r"[wx]\d+", written) == [word for _, text in sentences for word in text.rstrip(".").split()]
    again = read(written, to)
    assert len(again.cues) == len(cues.cues)
    assert all(len(cue.spans) <= 2 for cue in again.cues)
    seconds = [re.findall(r"\d+(?=[.,]000)", cue.times) for cue in again.cues]
    assert seconds == [[f"{number:02}", f"{number + 1:02}"] for number in range(len(said))]
