"""``diplosum eval``: how good models are on a set, with intervals, baselines and published scores beside them."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from diplosum.options import Beams, Device, Ratio

if TYPE_CHECKING:
    from diplosum.scoreboard import Scoreboard
    from diplosum.step import Length, Step
    from diplosum.trial import Course, Ledger, Trial

app = typer.Typer(
    name="eval",
    help="Score models on a test set: pip install 'diplosum[eval]'.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_Models = Annotated[
    list[str] | None,
    typer.Option("--model", "-m", metavar="NAME|FOLDER", help="Model to score; again for more.", show_default=False),
]
_Catalog = Annotated[
    str | None,
    typer.Option("--models", metavar="FILE", help="A models.toml over the packaged one.", show_default=False),
]
_Limit = Annotated[int | None, typer.Option(min=1, help="Only the first so many.", show_default=False)]
_Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE.jsonl",
        help="Keep what the models write; run again with the same file to go on where it stopped.",
        show_default=False,
    ),
]
_Format = Annotated[
    Literal["auto", "rich", "json"],
    typer.Option("--format", help="auto: a table on a terminal, JSON in a pipe."),
]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")]


@app.command()
def translate(  # noqa: PLR0913 - each is an option of the command
    table: Annotated[
        str | None, typer.Argument(metavar="[SET.tsv]", help="Source, a tab, reference.", show_default=False)
    ] = None,
    *,
    sources: Annotated[
        str | None, typer.Option("--source", metavar="FILE", help="Instead: Arabic, a line each.", show_default=False)
    ] = None,
    references: Annotated[
        str | None, typer.Option("--reference", metavar="FILE", help="And its translation.", show_default=False)
    ] = None,
    hypotheses: Annotated[
        list[str] | None,
        typer.Option("--hypothesis", metavar="FILE", help="A system's output, line by line.", show_default=False),
    ] = None,
    model: _Models = None,
    catalog: _Catalog = None,
    device: Device = "auto",
    beams: Beams = None,
    limit: _Limit = None,
    output: _Output = None,
    form: _Format = "auto",
    quiet: _Quiet = False,
) -> None:
    """Score translations with BLEU, chrF and TER."""
    from diplosum import evaluation, scoring, trial
    from diplosum.scoreboard import Row, Scoreboard, published

    pairs = evaluation.pairs(table, sources, references)
    source_lines, reference_lines = pairs.sources[:limit], pairs.references[:limit]
    files = {path: evaluation.lines(path, len(pairs.sources))[:limit] for path in hypotheses or ()}
    trials = [trial.Trial(name, (tuple((line,) for line in made),)) for name, made in files.items()]
    if model or not files:
        steps = _steps("translate", model, catalog, device, beams)
        ledger = trial.Ledger(Path(output) if output else None, pairs.digest)
        trials += _made(steps, ledger, lambda step, course: trial.translate(step, source_lines, course), quiet=quiet)
    scored = scoring.translations({made.system: made.lines for made in trials}, reference_lines)
    rows = [
        Row(
            scores,
            {"words/s": made.words_per_second, **scoring.findings(source_lines, made.lines)},
            made.signature,
        )
        for scores, made in zip(scored, trials, strict=True)
    ]
    # What was published holds for the whole set.
    known = published(pairs.digest) if len(source_lines) == len(pairs.sources) else None
    _print(Scoreboard("translate", pairs.digest, len(source_lines), rows, known), form)


@app.command()
def summarize(  # noqa: PLR0913 - each is an option of the command
    table: Annotated[
        str, typer.Argument(metavar="SET.jsonl", help='Lines of {"text": …, "summaries": […]}.', show_default=False)
    ],
    *,
    sentences: Annotated[int, typer.Option(min=1, max=1000, help="Sentences of each summary.")] = 3,
    ratio: Ratio = None,
    model: _Models = None,
    catalog: _Catalog = None,
    device: Device = "auto",
    beams: Beams = None,
    limit: _Limit = None,
    output: _Output = None,
    form: _Format = "auto",
    quiet: _Quiet = False,
) -> None:
    """Score Arabic summaries with ROUGE and chrF, beside simple baselines."""
    from diplosum import evaluation, scoring, trial
    from diplosum.scoreboard import Row, Scoreboard
    from diplosum.step import Length

    read = evaluation.articles(table)
    articles, length = read.articles[:limit], Length(sentences, ratio)
    steps = _steps("summarize", model, catalog, device, beams, length)
    ledger = trial.Ledger(Path(output) if output else None, read.digest)
    trials = _made(steps, ledger, lambda step, course: trial.summarize(step, articles, course), quiet=quiet)
    trials += trial.baselines(articles, length)
    scored = scoring.summaries({made.system: made.runs for made in trials}, articles)
    tried = {made.system: made for made in trials}
    rows = []
    for scores in scored:
        made = tried.get(scores.system)  # another editor is not one
        speed, signature = (made.words_per_second, made.signature) if made else (None, None)
        rows.append(Row(scores, {"words/s": speed}, signature))
    _print(Scoreboard("summarize", read.digest, len(articles), rows), form)


def _steps(  # noqa: PLR0913, PLR0917 - the options that say how a model runs
    task: Literal["translate", "summarize"],
    names: Sequence[str] | None,
    catalog: str | None,
    device: str,
    beams: int | None,
    length: "Length | None" = None,
) -> list["Step"]:
    """Plan a step for each model that was named, or for the one that the task uses now."""
    from diplosum.catalog import load
    from diplosum.plan import Wish, plan
    from diplosum.step import Length

    known = load(catalog)
    # Unchecked: what is scored is what a model says by itself, and a set of lines is no document with names of its own.
    wishes = [
        Wish(command=task, to="ar", models=named, device=device, beams=beams, length=length or Length(), check=False)
        for named in ([[name] for name in dict.fromkeys(names or ())] or [[]])
    ]
    return [step for wish in wishes for step in plan(wish, known)]


def _made(
    steps: Sequence["Step"], ledger: "Ledger", work: Callable[["Step", "Course"], "Trial"], *, quiet: bool
) -> list["Trial"]:
    from diplosum.models import Models
    from diplosum.progress import progress_bar
    from diplosum.trial import Course
    from diplosum.voice import Voice

    made = []
    for step in steps:
        Voice(quiet).tell(f"{step.task} with {step.spec.name}, {step.reason}")
        with progress_bar(quiet=quiet) as bar, Models() as models:
            made.append(work(step, Course(models, ledger, bar.advance)))
    return made


def _print(board: "Scoreboard", form: Literal["auto", "rich", "json"]) -> None:
    from diplosum import scoreboard

    if form == "json" or (form == "auto" and not sys.stdout.isatty()):
        typer.echo(scoreboard.as_json(board), nl=False)
        return
    from rich.console import Console  # 60 ms that a pipe does without

    scoreboard.show(board, Console())
