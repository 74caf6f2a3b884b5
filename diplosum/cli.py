"""The commands: options in, a result out. Thin; what is done stands in the modules that it calls.

``--help`` loads this module, typer and ``errors``; everything else is imported where a command needs it, which saves
60 ms of CPU time (catalog, rich) up to several seconds (engines).
"""

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from diplosum import __version__, eval_cli, models_cli
from diplosum.errors import DiplosumError, ExitCode
from diplosum.options import Options, Ratio, takes_options

if TYPE_CHECKING:
    from diplosum.step import Length


class _Group(TyperGroup):
    """Commands whose errors become a line on standard error and an exit status."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the context's class is private to typer
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # as in "diplosum … | head": nobody reads on
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.BROKEN_PIPE) from error
        except DiplosumError as error:
            if os.environ.get("DIPLOSUM_DEBUG") == "1":
                raise
            from diplosum.voice import Voice

            Voice().complain(str(error))
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    cls=_Group,
    name="diplosum",
    help="Summarize Arabic articles and translate them to English, on your own machine.",
    epilog="Nothing leaves the machine: the network is used only by 'diplosum models pull' and 'models add'.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help takes half the time of rich help
    pretty_exceptions_enable=False,  # a bug shows Python's own traceback, without the user's text in it
)


def main() -> None:
    """Run the program; the entry point of the ``diplosum`` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # whatever the locale says: Windows would write code pages
    app()


_Sentences = Annotated[int, typer.Option(min=1, max=1000, help="Sentences of the summary.")]
_Bilingual = Annotated[bool, typer.Option("--bilingual", help="Show the source beside or under its translation.")]


def _length(sentences: int, ratio: float | None) -> "Length":
    from diplosum.step import Length

    return Length(sentences, ratio)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it
    if asked:
        typer.echo(f"diplosum {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


@app.command()
@takes_options
def summarize(
    options: Options,
    sentences: _Sentences = 3,
    ratio: Ratio = None,
    to: Annotated[Literal["ar", "en"], typer.Option(help="Language of the summary.")] = "ar",
) -> None:
    """Summarize Arabic articles, in Arabic or English."""
    from diplosum import job

    raise typer.Exit(job.work("summarize", options, to=to, length=_length(sentences, ratio)))


@app.command()
@takes_options
def translate(options: Options, *, bilingual: _Bilingual = False) -> None:
    """Translate Arabic articles to English, paragraph by paragraph."""
    from diplosum import job

    raise typer.Exit(job.work("translate", options, bilingual=bilingual))


@app.command()
@takes_options
def brief(options: Options, *, sentences: _Sentences = 3, ratio: Ratio = None, bilingual: _Bilingual = False) -> None:
    """Summarize in both languages and translate, on one page."""
    from diplosum import job

    raise typer.Exit(job.work("brief", options, length=_length(sentences, ratio), bilingual=bilingual))


app.add_typer(models_cli.app)
app.add_typer(eval_cli.app)
