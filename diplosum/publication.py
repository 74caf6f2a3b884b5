"""The formats that are written of a whole result at once, for programs that show it: HTML, Word, subtitles."""

from typing import Literal, get_args

from diplosum.errors import InputError
from diplosum.render import Page, shown
from diplosum.source import Source

Published = Literal["html", "docx", "srt", "vtt"]
PUBLISHED: tuple[Published, ...] = get_args(Published)


def publish(page: Page, form: Published) -> bytes:
    """Render as a file of a format. Raises InputError where :func:`suits` would."""
    # Each module is imported where its format is asked for; together they take 10 ms that other formats do not need.
    if form == "html":
        from diplosum.report import html

        return html(page).encode("utf-8")
    if form == "docx":
        from diplosum.word import docx

        return docx(page)
    from diplosum.subtitles import write

    suits(page.source, form)
    document, stage = page.result.document, page.result.stage("translate", "document")
    if page.source.subtitles is None or stage is None:
        raise ValueError("subtitles are written of a translation of subtitles")
    sentences = [
        ((span.start, span.end), shown(output, page.result))
        for span, output in zip(document.sentences, stage.outputs, strict=True)
    ]
    return write(page.source.subtitles, sentences, form, bilingual=page.bilingual).encode("utf-8")


def suits(source: Source, form: str) -> None:
    """Refuse, before any work is done, subtitles of a text that has no times. Raises InputError."""
    if form in {"srt", "vtt"} and source.subtitles is None:
        hint = "only .srt and .vtt files can become subtitles; name another --format"
        raise InputError("has no times for subtitles", where=source.name, hint=hint)
