"""The commands of ``diplosum models``: what is there, where it comes from, whether it is what it should be."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from diplosum.catalog import ModelSpec

app = typer.Typer(
    name="models", help="Download, check, carry and describe models.", rich_markup_mode=None, no_args_is_help=False
)

_Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Models of models.toml.", show_default=False)]
_Catalog = Annotated[
    str | None,
    typer.Option("--models", metavar="FILE", help="A models.toml over the packaged one.", show_default=False),
]
_Table = Annotated[Literal["text", "markdown", "json"], typer.Option("--format", help="How to print it.")]


def _specs(names: list[str], catalog: str | None) -> "list[ModelSpec]":
    from diplosum.catalog import load  # as below: --help does not need it

    known = load(catalog)
    return [known.model(name) for name in dict.fromkeys(names)]


@app.callback(invoke_without_command=True)
def _models(context: typer.Context, catalog: _Catalog = None, form: _Table = "text") -> None:
    if context.invoked_subcommand is None:
        list_models(catalog, form)


@app.command("list")
def list_models(catalog: _Catalog = None, form: _Table = "text") -> None:
    """List the models of models.toml; so does 'diplosum models' by itself."""
    from diplosum import listing
    from diplosum.catalog import load

    typer.echo(listing.WRITERS[form](listing.rows(load(catalog))), nl=False)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model of models.toml.", show_default=False)],
    catalog: _Catalog = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Show all that is known of a model: its entry, where it lies, its hashes, its probe."""
    from diplosum import details

    (spec,) = _specs([name], catalog)
    typer.echo(details.WRITERS[form](details.of(spec)), nl=False)


@app.command()
def pull(
    names: _Names,
    *,
    accept: Annotated[
        bool, typer.Option("--accept-license", help="Accept licences that forbid commercial use.")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="Move to what the revision stands for now.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Download again what is installed.")] = False,
    catalog: _Catalog = None,
) -> None:
    """Download, check, convert, probe and install models. Goes on where an interrupted pull stopped."""
    from diplosum import transfer
    from diplosum.errors import ExitCode, ModelError
    from diplosum.voice import Voice

    voice, status = Voice(), ExitCode.OK
    for spec in _specs(names, catalog):
        try:
            transfer.pull(spec, voice, update=update, force=force, accept=accept)
        except ModelError as error:  # the others go on
            voice.complain(str(error))
            status = status or error.exit_code
    raise typer.Exit(status)


@app.command()
def convert(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME|FOLDER...", help="Models that are installed.", show_default=False)
    ],
    catalog: _Catalog = None,
) -> None:
    """Convert installed models for the fast engine; the conversion goes into the folder of the model."""
    from diplosum import installation, store
    from diplosum.catalog import load
    from diplosum.voice import Voice

    known = load(catalog)
    for name in names:
        spec, folder = store.find(known, name)
        installation.convert(spec, folder)
        Voice().tell(f"{name} is converted; --engine auto takes the conversion from now on")


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="All that are installed.", show_default=False)
    ] = None,
    catalog: _Catalog = None,
) -> None:
    """Compare every file with its hash, and probe; exit status 5 when something is wrong."""
    from diplosum import verification
    from diplosum.catalog import load
    from diplosum.voice import Voice

    known, voice = load(catalog), Voice()
    specs = [known.model(name) for name in names] if names else verification.installed(known)
    if not specs:
        voice.tell("no model is in the model store, so there is nothing to compare")
    raise typer.Exit(verification.verify(specs, typer.echo, voice.complain))


@app.command()
def remove(names: _Names, catalog: _Catalog = None) -> None:
    """Delete models from the store."""
    from diplosum import place
    from diplosum.voice import Voice

    for spec in _specs(names, catalog):
        place.remove(spec.name, Voice().tell)


@app.command("export")
def export_kit(
    names: _Names,
    kit: Annotated[Path, typer.Argument(metavar="FILE.tar", help="The kit to write.", show_default=False)],
    catalog: _Catalog = None,
) -> None:
    """Write installed models into a tar, for a machine without network."""
    from diplosum import kit as kits
    from diplosum.voice import Voice

    kits.export([spec.name for spec in _specs(names, catalog)], kit, Voice().tell)


@app.command("import")
def import_kit(
    kit: Annotated[Path, typer.Argument(metavar="FILE.tar", help="A kit that was exported.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace what is installed.")] = False,
    catalog: _Catalog = None,
) -> None:
    """Install the models of a kit, after checking every hash."""
    from diplosum import kit as kits
    from diplosum.catalog import load
    from diplosum.voice import Voice

    kits.bring(kit, load(catalog), Voice().tell, force=force)


@app.command()
def add(
    repo: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="A repository of the hub.", show_default=False)],
    task: Annotated[
        Literal["translate", "summarize", "summarize-en"] | None,
        typer.Option(help="What it is for.", show_default="what its page says"),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.", show_default="the repository's name")] = None,
    catalog: _Catalog = None,
) -> None:
    """Describe a model of the hub in a models.toml of your own; what is not known there becomes a question."""
    from diplosum import entry
    from diplosum.catalog import load, own
    from diplosum.voice import Voice

    entry.add(repo, load(catalog), task=task, name=name, into=own(catalog), say=Voice().tell)
