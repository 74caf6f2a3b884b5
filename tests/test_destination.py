"""What has been written when only a part of a result is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from echo import Echo, translation

from diplosum import pipeline
from diplosum.destination import Destination, Writer, format_for
from diplosum.document import parse
from diplosum.engine import Decoding, Generation
from diplosum.errors import GenerationError, InputError
from diplosum.models import Models
from diplosum.render import Format, Page
from diplosum.source import Input, Source

COUNT = 60
TEXT = "".join(f"جملة رقم {n}.\n" for n in range(COUNT))
GIVEN = Input(None, "standard input", Path("standard-input"))
STREAMED: list[Format] = ["text", "markdown", "rich"]


@dataclass
class Failing(Echo):
    """An engine that works for the first batches only."""

    batches: int = 2

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generation]:
        if len(self.seen) == self.batches:
            raise GenerationError("memory does not suffice")
        return super().generate(texts, decoding)


def write(form: Format, to: Destination, engine: Echo) -> None:
    with Models(open_engine=engine.open) as models:
        plan = pipeline.planned(parse(TEXT), [translation()])
        page = Page(Source("a.txt", TEXT, "UTF-8", "UTF-8"), plan)
        Writer(to, form, ".en", "off", several=False).result(GIVEN, page, pipeline.stream(plan, models))


@pytest.mark.parametrize("form", STREAMED)
def test_what_is_made_is_printed_before_the_rest_is_and_stays_when_that_fails(
    form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(GenerationError):
        write(form, Destination(), Failing())
    shown = capsys.readouterr().out
    assert all(f"رقم {n}." in shown for n in range(16))
    assert "رقم 16." not in shown
    assert shown.endswith("\n")


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_is_written_whole_or_not_at_all(form: Format, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GenerationError):
        write(form, Destination(), Failing())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("form", ["text", "markdown", "json", "jsonl"])
def test_a_file_is_written_whole_or_not_at_all(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "out"
    with pytest.raises(GenerationError):
        write(form, Destination(file=path), Failing())
    assert list(path.parent.iterdir()) == []
    write(form, Destination(file=path), Echo())
    assert f"رقم {COUNT - 1}." in path.read_text("utf-8")
    before = path.read_bytes()
    with pytest.raises(GenerationError):
        write(form, Destination(file=path), Failing())
    assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])


@pytest.mark.parametrize("form", ["text", "html", "docx"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work_is_done(form: Format, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    engine = Echo()
    with pytest.raises(InputError, match="cannot be written"):
        write(form, Destination(file=tmp_path / "file" / "out"), engine)
    assert engine.seen == []


@pytest.mark.parametrize("suffix", [".pdf", ".epub", ".ODT"])
def test_the_suffix_of_a_document_that_is_only_read_is_refused(suffix: str) -> None:
    to = Destination(file=Path(f"report{suffix}"))
    with pytest.raises(InputError, match="is read and not written") as refused:
        format_for(None, to)
    assert "--output report.docx" in str(refused.value)
    assert format_for("text", to) == "text"
