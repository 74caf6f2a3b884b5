"""The whole program with each format that is written of a whole result, in and out."""

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from checkpoints import PAIRS
from echo import run, spec, translation
from typer.testing import CliRunner, Result

from diplosum import destination, subtitles
from diplosum.catalog import ModelSpec
from diplosum.cli import app
from diplosum.publication import publish
from diplosum.render import Page
from diplosum.source import Source

Checkpoint = Callable[[str], ModelSpec]
ARTICLE = f"{PAIRS[0].source}\n{PAIRS[1].source} {PAIRS[2].source}\n"


def words(text: str) -> tuple[str, str]:
    half = len(text.split()) // 2
    return " ".join(text.split()[:half]), " ".join(text.split()[half:])


FIRST, SECOND = words(PAIRS[0].source)
SRT = (
    f"\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{FIRST}\r\n\r\n"
    f"2\r\n00:00:02,600 --> 00:00:04,000\r\n{SECOND}\r\n\r\n"
    f"3\r\n00:00:09,000 --> 00:00:11,000\r\n<i>{PAIRS[1].source}</i>\r\n"
)


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIPLOSUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIPLOSUM_OFFLINE", "1")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


@pytest.fixture
def marian(checkpoint: Checkpoint) -> Path:
    path = checkpoint("marian").path
    assert path is not None
    return path


def diplosum(*arguments: object, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def written(name: str, text: str) -> Path:
    path = Path(name)
    path.write_bytes(text.encode("utf-8"))
    return path


def check_subtitles(text: str) -> None:
    times = re.findall(r"^\d\d:.*$", text, re.MULTILINE)
    assert times == [
        "00:00:01,000 --> 00:00:02,500",
        "00:00:02,600 --> 00:00:04,000",
        "00:00:09,000 --> 00:00:11,000",
    ]
    first, second, third = (" ".join(block.split("\n")[2:]) for block in text.strip().split("\n\n"))
    assert f"{first} {second}" == PAIRS[0].target
    assert first
    assert second
    assert third == f"<i>{PAIRS[1].target}</i>"


@pytest.mark.parametrize("options", [("--format", "html"), ("--output", "a.html"), ("--output", "a.htm")])
def test_a_translation_as_a_page(marian: Path, options: tuple[str, str]) -> None:
    done = diplosum("translate", written("a.txt", ARTICLE), "--model", marian, *options)
    assert done.exit_code == 0, done.stderr
    page = Path(options[1]).read_text("utf-8") if options[0] == "--output" else done.stdout
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.endswith("</html>\n")
    assert page.count('class="english"') == page.count('class="arabic"') == 3
    assert all(pair.target in page and pair.source in page for pair in PAIRS[:3])


@pytest.mark.parametrize("command", ["summarize", "brief"])
def test_summaries_as_pages_and_documents(marian: Path, command: str) -> None:
    named = () if command == "summarize" else ("--model", f"translate={marian}")
    written("a.txt", ARTICLE)
    for name in ("a.html", "a.docx"):
        done = diplosum(command, "a.txt", *named, "--output", name)
        assert done.exit_code == 0, done.stderr
    assert 'id="summary"' in Path("a.html").read_text("utf-8")
    assert "word/document.xml" in zipfile.ZipFile("a.docx").namelist()


def test_a_document_goes_to_a_pipe_whole(marian: Path) -> None:
    done = diplosum("translate", "--model", marian, "--format", "docx", text=ARTICLE)
    assert done.exit_code == 0, done.stderr
    text = zipfile.ZipFile(BytesIO(done.stdout_bytes)).read("word/document.xml").decode()
    assert PAIRS[2].target in text


def test_each_input_gets_a_file_of_its_own_in_a_folder(marian: Path) -> None:
    written("a.txt", ARTICLE)
    written("b.txt", ARTICLE)
    done = diplosum("translate", "a.txt", "b.txt", "--model", marian, "--format", "html", "--output", "out/")
    assert done.exit_code == 0, done.stderr
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.en.html", "b.en.html"]


def test_several_pages_are_not_written_one_behind_the_other(marian: Path) -> None:
    written("a.txt", ARTICLE)
    written("b.txt", ARTICLE)
    done = diplosum("translate", "a.txt", "b.txt", "--model", marian, "--format", "html")
    assert done.exit_code == 3
    assert "several results cannot be one html file\n  --output results/" in done.stderr


def test_a_document_is_not_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(destination.InputError, match="cannot be shown on a terminal"):
        destination.refuse("docx", destination.Destination(), several=False)


@pytest.mark.parametrize(
    ("options", "name"),
    [((), None), (("-o", "b.srt"), "b.srt"), (("-o", "out/"), "out/a.en.srt"), (("-o", "b"), "b")],
)
def test_subtitles_stay_subtitles(marian: Path, options: tuple[str, ...], name: str | None) -> None:
    done = diplosum("translate", written("a.srt", SRT), "--model", marian, *options)
    assert done.exit_code == 0, done.stderr
    check_subtitles(Path(name).read_text("utf-8") if name else done.stdout)


def test_subtitles_are_known_by_what_is_in_them_when_they_are_piped(marian: Path) -> None:
    check_subtitles(diplosum("translate", "--model", marian, text=SRT).stdout)
    assert diplosum("translate", "--model", marian, "-o", "out/", text=SRT).exit_code == 0
    assert PAIRS[0].target in Path("out/standard-input.en.txt").read_text("utf-8")


def test_subtitles_in_another_encoding_become_webvtt(marian: Path) -> None:
    Path("a.srt").write_bytes(SRT.removeprefix("\ufeff").encode("cp1256"))
    done = diplosum("translate", "a.srt", "--model", marian, "--format", "vtt")
    assert done.stdout.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n")


def test_subtitles_can_be_read_as_text_when_a_format_is_named(marian: Path) -> None:
    done = diplosum("translate", written("a.srt", SRT), "--model", marian, "--format", "text")
    assert done.stdout == f"{PAIRS[0].target}\n{PAIRS[1].target}\n"
    document = json.loads(diplosum("translate", "a.srt", "--model", marian, "--format", "json").stdout)
    assert [sentence["text"] for sentence in document["results"][0]["source"]["sentences"]] == [
        PAIRS[0].source,
        PAIRS[1].source,
    ]


def test_a_cue_without_a_translation_shows_what_was_said() -> None:
    cues = subtitles.parse(SRT.lstrip("\ufeff").replace(PAIRS[1].source, "كلام أبكم."), "srt", "a.srt")
    result = run(cues.text, translation(spec=spec(max_source_tokens=99)))
    page = Page(Source("a.srt", cues.text, "UTF-8", "UTF-8", subtitles=cues), result)
    assert "<i>[not translated: كلام أبكم.]</i>" in publish(page, "srt").decode()


def test_a_summary_of_subtitles_is_text_and_has_no_times() -> None:
    done = diplosum("summarize", written("a.srt", SRT))
    assert done.exit_code == 0, done.stderr
    assert "-->" not in done.stdout
    refused = diplosum("summarize", "a.srt", "--format", "srt")
    assert refused.exit_code == 2
    assert "srt is for translations: a summary has no times" in refused.stderr


def test_a_text_without_times_does_not_become_subtitles(marian: Path) -> None:
    done = diplosum("translate", written("a.txt", ARTICLE), "--model", marian, "--output", "a.srt")
    assert done.exit_code == 3
    assert "a.txt: has no times for subtitles" in done.stderr
    assert not Path("a.srt").exists()


def test_what_is_no_cue_is_said_with_its_line(marian: Path) -> None:
    done = diplosum("translate", written("a.srt", f"مقدمة\n\n{SRT[1:]}"), "--model", marian)
    assert done.exit_code == 3
    assert "a.srt: line 1 belongs to no cue: مقدمة" in done.stderr


def test_tags_that_no_translation_keeps_are_counted(marian: Path) -> None:
    word, rest = PAIRS[1].source.split(maxsplit=1)
    text = SRT.replace(f"<i>{word} {rest}</i>", f"<b>{word}</b> {rest}")
    done = diplosum("translate", written("a.srt", text), "--model", marian, "--verbose")
    assert "a.srt: left out: 2 tags inside cues" in done.stderr
