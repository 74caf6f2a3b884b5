"""Where results go: standard output, one file, or a folder with a file for each input; files are written whole."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diplosum import publication, readers, record, render
from diplosum.errors import DiplosumError, InputError
from diplosum.publication import PUBLISHED
from diplosum.render import Format, Page
from diplosum.result import Stage
from diplosum.source import Input, Source

if TYPE_CHECKING:
    from diplosum.terminal import RightToLeft


@dataclass(frozen=True, slots=True)
class Destination:
    """A file, or a folder in which every input gets a file of its own; with neither, standard output."""

    file: Path | None = None
    folder: Path | None = None

    def path(self, given: Input, suffix: str) -> Path | None:
        """Where the result for one input goes; None is standard output."""
        return self.folder / given.relative.with_suffix(suffix) if self.folder else self.file


def destination(option: str | None, inputs: Sequence[Input], arguments: Sequence[str]) -> Destination:
    """Understand ``--output``.

    A folder is meant by a name that ends with a slash, by a folder that exists, by several inputs, and by a folder
    among the arguments. Raises InputError where several results are sent to one file.
    """
    if option is None or option == "-":
        return Destination()
    path = Path(option).expanduser()
    several = len(inputs) > 1 or any(Path(argument).is_dir() for argument in arguments)
    if several and path.suffix.lower() in {*render.SUFFIXES, *readers.SUFFIXES} and not path.is_dir():
        raise InputError("several inputs need a folder", where=option, hint=f"--output {path.with_suffix('')}/")
    if several or option.endswith(("/", os.sep)) or path.is_dir():
        return Destination(folder=path)
    return Destination(file=path)


def format_for(choice: Format | None, to: Destination) -> Format:
    """Choose a format: the one that was named, else by the suffix of the file, else rich on a terminal and text.

    Raises InputError for the suffix of a document that is read here and never written, such as ``.pdf``.
    """
    if choice is not None:
        return choice
    if to.file is not None:
        suffix = to.file.suffix.lower()
        if suffix in readers.SUFFIXES and suffix not in render.SUFFIXES:
            hint = f"--output {to.file.with_suffix('.docx')}, or name a --format"
            raise InputError(f"{suffix} is read and not written", where=str(to.file), hint=hint)
        return render.SUFFIXES.get(suffix, "text")
    return "rich" if to.folder is None and sys.stdout.isatty() else "text"


def subtitles_stay(choice: Format | None, to: Destination, *, several: bool) -> bool:
    """Whether nobody named a format, so that subtitles stay subtitles; not on a terminal, nor one behind the other."""
    if to == Destination():
        return choice is None and not several and not sys.stdout.isatty()
    return choice is None and (to.file is None or to.file.suffix.lower() not in render.SUFFIXES)


def refuse(form: Format, to: Destination, *, several: bool) -> None:
    """Raise InputError for what cannot be written to standard output."""
    if to != Destination():
        return
    if form in PUBLISHED and several:
        raise InputError(f"several results cannot be one {form} file", hint="--output results/")
    if form == "docx" and sys.stdout.isatty():
        raise InputError("a Word document cannot be shown on a terminal", hint="--output report.docx")


@dataclass(slots=True)
class Writer:
    """Writes results as they come. ``stem`` goes between the name of an input and the suffix of its file: ``.en``.

    ``as_read``: nobody named a format, and subtitles stay subtitles.
    """

    to: Destination
    form: Format
    stem: str
    right_to_left: "RightToLeft"
    several: bool
    as_read: bool = False
    results: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def path(self, given: Input) -> Path | None:
        """Where the result for one input will go. Raises InputError where that is the input itself."""
        suffixes = {form: suffix for suffix, form in render.SUFFIXES.items()}
        path = self.to.path(given, self.stem + suffixes.get(self.form_of(given), ".txt"))
        if path and given.path and path.exists() and given.path.exists() and path.samefile(given.path):
            raise InputError("the result would replace its source", where=str(path), hint="name another --output")
        return path

    def form_of(self, given: Input, read: Source | None = None) -> Format:
        """Tell in which format the result for an input is written; of what was piped in, once it is read."""
        suffix = given.path.suffix.lower() if given.path else ""
        if given.path is None and read and read.subtitles and self.to.folder is None:
            suffix = f".{read.subtitles.form}"
        return render.SUFFIXES[suffix] if self.as_read and suffix in {".srt", ".vtt"} else self.form

    def result(self, given: Input, page: Page, made: Iterable[Stage]) -> None:
        """Write one result while it is made, or keep it for :meth:`close`.

        Raises InputError when its file cannot be written. What is on standard output when ``made`` raises stays there;
        of a file there is nothing.
        """
        path, form = self.path(given), self.form_of(given, page.source)
        if form in PUBLISHED:
            self._publish(path, page, made, form)
        elif self.form == "json" and path is None:
            self.results.append(record.record(_whole(page, made)))
        elif self.form == "rich" and path is None:
            self._show(page, made)
        elif path is None:
            _print(self._blocks(page, made))
        else:
            with written(path) as put:
                for block in self._blocks(page, made):
                    put(block)

    def error(self, name: str, error: DiplosumError) -> None:
        """Say in the result, where it is read by programs, that an input failed."""
        if self.form == "json":
            self.errors.append(record.error_record(name, error))
        elif self.form == "jsonl" and self.to == Destination():
            sys.stdout.write(record.line({"error": record.error_record(name, error)}))

    def close(self) -> None:
        """Write what was kept."""
        if self.form == "json" and self.to == Destination():
            sys.stdout.write(record.envelope(self.results, self.errors))

    def _publish(self, path: Path | None, page: Page, made: Iterable[Stage], form: Format) -> None:
        if path is None:
            sys.stdout.buffer.write(publication.publish(_whole(page, made), form))
            sys.stdout.buffer.flush()
        else:
            with written(path) as put:  # opened first: what cannot be written is refused before the work is done
                put(publication.publish(_whole(page, made), form))

    def _blocks(self, page: Page, made: Iterable[Stage]) -> Iterator[str]:
        if self.form == "json":
            yield record.envelope([record.record(_whole(page, made))], [])
        elif self.form == "jsonl":
            yield record.line(record.record(_whole(page, made)))
        elif self.form == "markdown":
            yield from render.markdown(page, made)
        elif self.several and self.to == Destination():
            yield f"==> {render.safe(page.source.name)} <==\n"
            yield from render.text(page, made)
            yield "\n"
        else:
            yield from render.text(page, made)

    def _show(self, page: Page, made: Iterable[Stage]) -> None:
        from rich.console import Console  # 50 ms, and only for a terminal

        from diplosum import terminal

        console = Console(file=sys.stdout, soft_wrap=False)
        terminal.show(page, made, console, terminal.direction(self.right_to_left, os.environ))


def _whole(page: Page, made: Iterable[Stage]) -> Page:
    return replace(page, result=page.result.made(made))


def _print(blocks: Iterable[str]) -> None:
    """Write to standard output in whole lines: on a terminal, a progress bar takes the line that follows."""
    line = ""
    try:
        for block in blocks:
            head, end, rest = block.rpartition("\n")
            if end:
                sys.stdout.write(line + head + end)
                sys.stdout.flush()
            line = rest if end else line + block
    finally:
        if line:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


@contextmanager
def written(path: Path) -> Iterator[Callable[[str | bytes], object]]:
    """Write a file whole or not at all, with the folders above it; what is put is gone if the block raises.

    Raises InputError.
    """
    with _in_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:

            def put(data: str | bytes) -> None:
                with _in_words(path):
                    file.write(data if isinstance(data, bytes) else data.encode("utf-8"))

            yield put
            with _in_words(path):
                file.flush()
        with _in_words(path):
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "name another file or folder with --output"
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), hint=hint) from error


def _umask() -> int:
    """Ask for the umask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
