"""Where results go: standard output, one file, or a folder with a file for each input; files are written whole."""

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diplosum import render
from diplosum.errors import DiplosumError, InputError
from diplosum.render import Format, Page
from diplosum.source import Input

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
    if several and path.suffix.lower() in render.SUFFIXES and not path.is_dir():
        raise InputError("several inputs need a folder", where=option, hint=f"--output {path.with_suffix('')}/")
    if several or option.endswith(("/", os.sep)) or path.is_dir():
        return Destination(folder=path)
    return Destination(file=path)


def format_for(choice: Format | None, to: Destination) -> Format:
    """Choose a format: the one that was named, else by the suffix of the file, else rich on a terminal and text."""
    if choice is not None:
        return choice
    if to.file is not None:
        return render.SUFFIXES.get(to.file.suffix.lower(), "text")
    return "rich" if to.folder is None and sys.stdout.isatty() else "text"


@dataclass(slots=True)
class Writer:
    """Writes results as they come. ``stem`` goes between the name of an input and the suffix of its file: ``.en``."""

    to: Destination
    form: Format
    stem: str
    right_to_left: "RightToLeft"
    several: bool
    results: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def path(self, given: Input) -> Path | None:
        """Where the result for one input will go. Raises InputError where that is the input itself."""
        suffixes = {form: suffix for suffix, form in render.SUFFIXES.items()}
        path = self.to.path(given, self.stem + suffixes.get(self.form, ".txt"))
        if path and given.path and path.exists() and given.path.exists() and path.samefile(given.path):
            raise InputError("the result would replace its source", where=str(path), hint="name another --output")
        return path

    def result(self, given: Input, page: Page) -> None:
        """Write one result, or keep it for :meth:`close`. Raises InputError when its file cannot be written."""
        path = self.path(given)
        if self.form == "json" and path is None:
            self.results.append(render.record(page))
        elif self.form == "json" and path is not None:
            write(path, render.envelope([render.record(page)], []))
        elif self.form == "rich" and path is None:
            self._show(page)
        else:
            written = render.line(render.record(page)) if self.form == "jsonl" else self._text(page)
            if path is None:
                sys.stdout.write(written)
                sys.stdout.flush()
            else:
                write(path, written)

    def error(self, name: str, error: DiplosumError) -> None:
        """Say in the result, where it is read by programs, that an input failed."""
        if self.form == "json":
            self.errors.append(render.error_record(name, error))
        elif self.form == "jsonl" and self.to == Destination():
            sys.stdout.write(render.line({"error": render.error_record(name, error)}))

    def close(self) -> None:
        """Write what was kept."""
        if self.form == "json" and self.to == Destination():
            sys.stdout.write(render.envelope(self.results, self.errors))

    def _text(self, page: Page) -> str:
        written = render.markdown(page) if self.form == "markdown" else render.text(page)
        if self.several and self.form == "text" and self.to.folder is None:
            return f"==> {render.safe(page.source.name)} <==\n{written}\n"
        return written

    def _show(self, page: Page) -> None:
        from rich.console import Console  # 50 ms, and only for a terminal

        from diplosum import terminal

        terminal.show(
            page, Console(file=sys.stdout, soft_wrap=False), terminal.direction(self.right_to_left, os.environ)
        )


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the folders above it. Raises InputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        hint = "name another file or folder with --output"
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), hint=hint) from error


def _umask() -> int:
    """Ask for the umask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
