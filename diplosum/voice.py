"""What is said beside the results, on standard error."""

import sys
from dataclasses import dataclass

import typer

from diplosum.render import safe


@dataclass(frozen=True, slots=True)
class Voice:
    """Says more or less, as the user asked."""

    quiet: bool = False
    verbose: bool = False

    def complain(self, text: str) -> None:
        """Say what went wrong, however quiet the user wants it."""
        typer.echo(f"diplosum: {safe(text)}", err=True)

    def ask(self, question: str) -> bool:
        """Ask a person for a yes. Standard output is left alone, to which typer.confirm would write a space."""
        typer.echo(f"{safe(question)} [y/N]: ", err=True, nl=False)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def tell(self, line: str) -> None:
        """Say what a user should know."""
        if not self.quiet:
            typer.echo(f"diplosum: {safe(line)}", err=True)

    def detail(self, line: str) -> None:
        """Say what a user may want to know."""
        if self.verbose:
            typer.echo(f"diplosum: {safe(line)}", err=True)
