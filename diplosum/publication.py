"""The formats that are written of a whole result at once, for programs that show it: HTML, Word, subtitles."""

from diplosum.errors import InputError
from diplosum.render import Format, Page, shown
from diplosum.source import Source

PUBLISHED: frozenset[Format] = frozenset({"html", "docx", "srt", "vtt"})


def publish(page: Page, form: Format) -> bytes:
    """Render as a file of one of these formats. Subtitles are made of a translation of subtitles: see :func:`suits`."""
    # Each module is imported where its format is asked for; together they take 10 ms that other formats do not need.
    if form == "html":
        from diplosum.report import html

        return html(page).encode("utf-8")
    if form == "docx":
        from diplosum.word import docx

        return docx(page)
    from diplosum.subtitles import write

    document, stage = page.result.document, page.result.stage("translate", "document")
    if page.source.subtitles is None or stage is None:
        raise ValueError(f"{form} is made of a translation of subtitles")
    sentences = [
        ((span.start, span.end), shown(output, page.result))
        for span, output in zip(document.sentences, stage.outputs, strict=True)
    ]
    return write(page.source.subtitles, sentences, "vtt" if form == "vtt" else "srt", bilingual=page.bilingual).encode(
        "utf-8"
    )


def suits(source: Source, form: Format) -> None:
    """Refuse, before any work is done, subtitles of a text that has no times. Raises InputError."""
    if form in {"srt", "vtt"} and source.subtitles is None:
        hint = "only .srt and .vtt files can become subtitles; name another --format"
        raise InputError("has no times for subtitles", where=source.name, hint=hint)
