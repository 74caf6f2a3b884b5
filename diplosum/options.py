"""The options that several commands take, once."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, get_type_hints

import typer


def _device(value: str) -> str:
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", value):
        raise typer.BadParameter(f"{value} is not auto, cpu, cuda, cuda:N or mps")
    return value


Device = Annotated[str, typer.Option(callback=_device, metavar="auto|cpu|cuda|cuda:N|mps", help="Where models run.")]
Beams = Annotated[
    int | None, typer.Option(min=1, max=64, help="Hypotheses kept while searching.", show_default="the model's own")
]
Ratio = Annotated[
    float | None,
    typer.Option(min=0.001, max=1.0, help="Instead: its share of the sentences of the text.", show_default=False),
]


@dataclass(frozen=True, slots=True)
class Options:
    """What every working command takes; see :func:`takes_options`."""

    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|FOLDER]...",
            help="Texts and documents, folders of them, or - for standard input.",
            show_default=False,
        ),
    ] = None
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="NAME|FOLDER",
            help="Model to run; translate=NAME says for which task.",
            show_default=False,
        ),
    ] = None
    models: Annotated[
        str | None, typer.Option(metavar="FILE", help="A models.toml over the packaged one.", show_default=False)
    ] = None
    engine: Annotated[
        Literal["auto", "ct2", "hf"],
        typer.Option(help="What runs the model: ct2 is fast and needs a conversion, hf takes any checkpoint."),
    ] = "auto"
    device: Device = "auto"
    batch_size: Annotated[
        int | None, typer.Option(min=1, max=4096, help="Most sentences at once.", show_default="what suits the engine")
    ] = None
    beams: Beams = None
    glossary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|starter",
            help="Terms to keep: .toml, .csv or .tsv; starter is a small diplomatic one.",
            show_default=False,
        ),
    ] = None
    fallback: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER", help="Second model, for sentences that the first gets wrong.", show_default=False
        ),
    ] = None
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Do not compare translations and summaries with their source.")
    ] = False
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with status 7 where a sentence is wrong beyond doubt.")
    ] = False
    format: Annotated[
        Literal["auto", "rich", "text", "markdown", "json", "jsonl", "html", "docx", "srt", "vtt"],
        typer.Option(
            help="auto: by the suffix of --output, else rich on a terminal, else subtitles as subtitles, else text."
        ),
    ] = "auto"
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|FOLDER/",
            help="Write here; a folder for several inputs.",
            show_default=False,
        ),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Encoding of the input, instead of detecting it.", show_default=False),
    ] = None
    rtl: Annotated[
        Literal["auto", "terminal", "reshape", "off"],
        typer.Option(help="Arabic on a terminal: left to it, reordered for those that cannot, or untouched."),
    ] = "auto"
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what was chosen, why, and how long it took.")
    ] = False
    offline: Annotated[bool, typer.Option("--offline", help="Never use the network, not even to offer a download.")] = (
        False
    )
    commercial_only: Annotated[
        bool, typer.Option("--commercial-only", help="Run no model whose licence does not allow commercial use.")
    ] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take; load no weights.")] = False
    explain: Annotated[bool, typer.Option("--explain", help="Say how the text was read, changed and split.")] = False


def takes_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every option of :class:`Options`; it receives them as one value, after its own."""
    own = list(inspect.signature(command).parameters.values())[1:]
    hints = get_type_hints(command, include_extras=True)
    shared = get_type_hints(Options, include_extras=True)

    def run(**values: Any) -> None:  # noqa: ANN401 - typer has checked the types that the signature below names
        options = Options(**{name: values.pop(name) for name in shared})
        command(options, **values)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        *(
            inspect.Parameter(key.name, keyword, default=key.default, annotation=shared[key.name])
            for key in fields(Options)
        ),
        *(parameter.replace(kind=keyword, annotation=hints[parameter.name]) for parameter in own),
    ]
    run.__dict__["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run
