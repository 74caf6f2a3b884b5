"""The door of the checks: what of an output cannot be trusted beside its source. Each room compares one thing."""

from diplosum import arabic
from diplosum.fidelity import loops
from diplosum.finding import Finding

_ROOMS = (loops.check,)


def compare(source: str, output: str) -> list[Finding]:
    """Compare an Arabic sentence with its English output; nothing is found where the source has no Arabic letters."""
    if not arabic.has_letters(source):
        return []
    return [finding for check in _ROOMS for finding in check(source, output)]
