"""One thing to do with a document: which task, which model, how."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from diplosum.catalog import ModelSpec, Task
from diplosum.engine import Decoding, EngineName
from diplosum.glossary import Glossary

Reads = Literal["document", "summary"]


@dataclass(frozen=True, slots=True)
class Length:
    """How long a summary is: a number of sentences, or a share of the document's."""

    sentences: int = 3
    ratio: float | None = None

    def of(self, total: int) -> int:
        """Sentences for a document of ``total``."""
        return self.sentences if self.ratio is None else max(1, round(self.ratio * total))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with which model and how. ``folder`` and ``engine`` are None for the embedded summarizer.

    ``check``: whether what is made is compared with its source; ``fallback``: who translates what fails.
    """

    task: Task
    reads: Reads
    spec: ModelSpec
    folder: Path | None
    engine: EngineName | None
    reason: str
    engine_reason: str = ""
    device: str = "auto"
    beams: int | None = None
    batch_size: int | None = None
    length: Length = field(default_factory=Length)
    check: bool = True
    glossary: Glossary | None = None
    fallback: "Step | None" = None

    @property
    def decoding(self) -> Decoding:
        """The model's own decoding, with the user's beams where given; for checks, all that a search finds."""
        beams = self.beams or self.spec.decoding.beams
        return replace(self.spec.decoding, beams=beams, hypotheses=beams if self.check else 1)
