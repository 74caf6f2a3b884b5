"""One run of a working command: every input is read, worked on and written; what fails is said, the rest goes on."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typer

from diplosum import arabic, document, draft, encoding, engine, hub, pipeline, source, store, terms, transfer
from diplosum.catalog import load
from diplosum.destination import Writer, destination, format_for, refuse, subtitles_stay
from diplosum.errors import DiplosumError, ExitCode, FidelityError, GenerationError, InputError
from diplosum.models import Models
from diplosum.plan import Command, Wish, plan
from diplosum.progress import Bar, Silence, progress_bar
from diplosum.publication import suits
from diplosum.remarks import SIGNS, listed
from diplosum.render import Page, notes, safe
from diplosum.result import Stage, remember
from diplosum.source import Input, Source
from diplosum.step import Length, Step
from diplosum.voice import Voice

if TYPE_CHECKING:
    from diplosum.options import Options

_STEMS: dict[Command, str] = {"summarize": ".summary", "translate": ".en", "brief": ".brief"}


def work(
    command: Command,
    options: "Options",
    *,
    to: Literal["ar", "en"] = "en",
    length: Length | None = None,
    bilingual: bool = False,
) -> ExitCode:
    """Run a command; the exit status is that of the first input that failed. Raises what concerns all inputs alike."""
    if options.no_check and (options.strict or options.glossary):
        unchecked = "--strict" if options.strict else "--glossary"
        raise typer.BadParameter("it needs the checks that --no-check leaves out", param_hint=unchecked)
    if options.offline or hub.offline():
        os.environ["HF_HUB_OFFLINE"] = "1"  # huggingface_hub and transformers obey it, whoever imports them
    if options.encoding is not None:
        encoding.named(options.encoding)  # a name that means nothing is refused once, not for every input
    voice = Voice(options.quiet, options.verbose)
    arguments = options.files or []
    inputs = list(source.expand(arguments))
    target = destination(options.output, inputs, arguments)
    choice, several = None if options.format == "auto" else options.format, len(inputs) > 1
    form = format_for(choice, target)
    if form in {"srt", "vtt"} and command != "translate":
        raise typer.BadParameter(f"{form} is for translations: a summary has no times", param_hint="--format")
    refuse(form, target, several=several)
    stem = _STEMS[command] + (".en" if command == "summarize" and to == "en" else "")
    as_read = command == "translate" and subtitles_stay(choice, target, several=several)
    writer = Writer(target, form, stem, options.rtl, several=several, as_read=as_read)
    if form == "rich" and options.rtl == "auto":
        from diplosum import terminal  # 50 ms of rich, which this format needs anyway

        if advice := terminal.advice(os.environ):
            voice.tell(advice)
    try:
        wish = Wish(
            command=command,
            to=to,
            models=options.model or (),
            engine=options.engine,
            device=options.device,
            beams=options.beams,
            batch_size=options.batch_size,
            length=length or Length(),
            installed=not options.dry_run,
            commercial_only=options.commercial_only,
            check=not options.no_check,
            glossary=terms.load(options.glossary) if options.glossary else None,
            fallback=options.fallback,
        )
        steps = _steps(wish, options, voice)
        with progress_bar(quiet=options.quiet) as bar, Models(progress=bar.advance, say=voice.detail) as models:
            return _Job(options, steps, writer, voice, models, bar, bilingual).do(inputs)
    except DiplosumError as error:
        writer.error("", error)
        raise
    finally:
        writer.close()


def _steps(wish: Wish, options: "Options", voice: Voice) -> list[Step]:
    """Plan the steps; on a terminal, offer to download a model that was named and is not installed."""
    catalog = load(options.models)
    while True:
        try:
            steps = plan(wish, catalog)
        except store.NotInstalledError as error:
            offered = error.named and error.spec.repo and sys.stdin.isatty() and sys.stderr.isatty()
            if not (offered and not hub.offline() and voice.ask(f"{error.message}; download it now?")):
                raise
            transfer.pull(error.spec, voice)
        else:
            fallbacks = [step.fallback for step in steps if step.fallback]
            for line in dict.fromkeys(
                f"{step.task} with {step.spec.name}, {step.reason}" for step in [*steps, *fallbacks]
            ):
                voice.tell(line)
            for line in dict.fromkeys(
                draft.notice(step.spec, step.folder, catalog) for step in steps if step.spec.asset and step.folder
            ):
                voice.tell(line)
            for line in dict.fromkeys(
                f"{step.spec.name}: engine {step.engine}, because {step.engine_reason}" for step in steps if step.engine
            ):
                voice.detail(line)
            return steps


@dataclass(frozen=True, slots=True)
class _Job:
    options: "Options"
    steps: Sequence[Step]
    writer: Writer
    voice: Voice
    models: Models
    bar: Bar | Silence
    bilingual: bool

    def do(self, inputs: Sequence[Input]) -> ExitCode:
        status = ExitCode.OK
        for given in inputs:
            try:
                self._one(given)
            except (InputError, GenerationError, FidelityError) as error:
                self.voice.complain(error.line)
                self.writer.error(given.name, error)
                status = status or error.exit_code
        return status

    def _one(self, given: Input) -> None:
        self.writer.path(given)  # refused before the work is done, not after
        read = source.read(given, self.options.encoding)
        suits(read, self.writer.form_of(given, read))
        parsed = document.parse(read.text, read.headings)
        self._announce(read)
        if self.options.explain:
            self._explain(read, parsed)
        if self.options.dry_run:
            self._forecast(read, parsed)
            return
        plan, seen = pipeline.planned(parsed, self.steps), list[Stage]()
        made = remember(self._shown(pipeline.stream(plan, self.models)), seen)
        self.writer.result(given, Page(read, plan, self.bilingual, self.options.verbose), made)
        result = plan.made(seen)
        if self.writer.form != "rich":
            kept, rest = listed(notes(result), everything=self.options.verbose)
            for line in [f"{SIGNS[remark.severity]} {remark}" for remark in kept] + [rest] * bool(rest):
                self.voice.tell(f"{read.name}: {line}")
            self.voice.tell(result.signature)
        for stage in result.stages:
            self.voice.detail(f"{read.name}: {stage.step.task} took {stage.seconds:.2f} s")
        if result.missing:
            raise GenerationError(
                f"no answer: {result.missing} of the sentences in the result, where they are marked",
                where=read.name,
                hint="try another --model or --beams",
            )
        if self.options.strict and result.failed:
            raise FidelityError(
                f"wrong: {result.failed} of the sentences in the result, where they are marked",
                where=read.name,
                hint="try another --model, or a second one with --fallback",
            )

    def _shown(self, pieces: Iterable[Stage]) -> Iterator[Stage]:
        """Hand pieces on to be written, the bar out of their way."""
        for piece in pieces:
            self.bar.hide()
            yield piece

    def _announce(self, read: Source) -> None:
        say = self.voice.detail if read.reason in {"UTF-8", read.format} else self.voice.tell
        say(f"{read.name}: {read.reason}")
        if read.left_out:
            self.voice.detail(f"{read.name}: left out: {', '.join(read.left_out)}")
        for warning in read.warnings:
            self.voice.tell(f"{read.name}: {warning}")
        language = arabic.language(read.text)
        if not language.arabic:
            self.voice.tell(f"{read.name}: this is hardly Arabic: {language.reason}; the result may be wrong")

    def _explain(self, read: Source, parsed: document.Document) -> None:
        from diplosum.explanation import explain

        for line in explain(read, parsed, list(dict.fromkeys(step.spec for step in self.steps))):
            typer.echo(safe(line), err=True)

    def _forecast(self, read: Source, parsed: document.Document) -> None:
        from diplosum.forecast import forecast, lines

        typer.echo(safe(read.name))
        for step in self.steps:
            counter = None
            if step.folder is not None and step.engine is not None:
                counter = engine.open_counter(step.spec, step.folder, name=step.engine)
            for line in lines(forecast(step, parsed, counter)):
                typer.echo(f"  {line}")
