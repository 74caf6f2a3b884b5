"""What is said beside the results, on standard error."""

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

    def tell(self, line: str) -> None:
        """Say what a user should know."""
        if not self.quiet:
            typer.echo(f"diplosum: {safe(line)}", err=True)

    def detail(self, line: str) -> None:
        """Say what a user may want to know."""
        if self.verbose:
            typer.echo(f"diplosum: {safe(line)}", err=True)
