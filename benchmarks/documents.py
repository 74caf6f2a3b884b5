"""How well and how fast documents are read: ``python benchmarks/documents.py [FOLDER]``.

The texts of a folder (by default the samples) are made into PDF, ODT, DOCX and EPUB by LibreOffice and into PDF by
Chromium, in four layouts, and read back. Of PDF the share of wrong characters is measured (edit distance to the text,
white space and presentation forms folded; headers and footers of the pages count as wrong where they are left in),
beside what pypdfium2 and pypdf give by themselves; of every format the time, with the process that reads it.
Needs ``soffice``, ``chromium``, the Noto Arabic and DejaVu fonts, and pypdf.
"""

import argparse
import re
import statistics
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import layouts
import measure
import numpy as np
import pypdf
import pypdfium2

from diplosum.source import Source, expand, read

HERE = Path(__file__).parent
FORMS = re.compile("[\ufb50-\ufdfb\ufe70-\ufefc]")
NOT_SEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\xad]")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="How well and how fast documents are read.")
    parser.add_argument("texts", type=Path, nargs="?", default=HERE.parent / "samples")
    parser.add_argument("--room", type=Path, default=Path(tempfile.gettempdir()) / "diplosum-documents")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    options.room.mkdir(parents=True, exist_ok=True)
    samples = list(layouts.samples(options.texts))
    made = make(samples, options.room)
    measure.report("Wrong characters in PDF, %", errors(samples, made), options.output / "documents-errors.json")
    measure.report("Time to read", times(made, options.rounds), options.output / "documents-times.json")


def make(samples: Iterable[layouts.Sample], room: Path) -> dict[str, list[Path]]:
    """Make the documents, by program, format and layout; each list in the order of the samples."""
    samples = list(samples)
    made: dict[str, list[Path]] = {}
    for layout in layouts.LAYOUTS:
        sources = [layouts.write(sample, layout, room) for sample in samples]
        flat, pages = [list(each) for each in zip(*sources, strict=True)]
        suffixes = ("pdf", "odt", "docx", "epub") if layout == layouts.LAYOUTS[0] else ("pdf",)
        for suffix in suffixes:
            layouts.convert(flat, suffix, room)
            made[f"LibreOffice {suffix.upper()}, {layout.name}"] = [path.with_suffix(f".{suffix}") for path in flat]
        printed = [path.with_suffix(".chromium.pdf") for path in pages]
        for page, pdf in zip(pages, printed, strict=True):
            layouts.print_page(page, pdf)
        made[f"Chromium PDF, {layout.name}"] = printed
        made.setdefault("HTML", pages)
    made["text"] = [room / f"{sample.name}.txt" for sample in samples]
    made["Markdown"] = [room / f"{sample.name}.md" for sample in samples]
    for sample, text, markdown in zip(samples, made["text"], made["Markdown"], strict=True):
        text.write_text(sample.text, "utf-8")
        markdown.write_text("\n\n".join(f"# {line}" if head else line for line, head in sample.lines), "utf-8")
    return made


def errors(samples: Iterable[layouts.Sample], made: Mapping[str, list[Path]]) -> list[dict[str, str]]:
    """Compare what three ways to read PDF make of it."""
    ways: dict[str, Callable[[Path], str]] = {
        "pypdf": lambda path: "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages),
        "pypdfium2": lambda path: "\n".join(
            page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)
        ),
        "diplosum": lambda path: document(path).text,
    }
    references = [folded(sample.text) for sample in samples]
    rows = []
    for name, paths in made.items():
        if " PDF" in name:
            row = {"made by": name}
            for way, text in ways.items():
                wrong = sum(distance(folded(text(path)), ref) for path, ref in zip(paths, references, strict=True))
                row[way] = f"{100 * wrong / sum(map(len, references)):.2f}"
            rows.append(row)
    return rows


def times(made: Mapping[str, list[Path]], rounds: int) -> list[dict[str, str]]:
    """Take the time of each format, from the file to its text: the shortest and the longest document, medians."""
    rows = []
    for name, paths in made.items():
        by_size = sorted(paths, key=lambda path: len(document(path).text))
        row = {"format": name}
        for which, path in (("shortest", by_size[0]), ("longest", by_size[-1])):
            taken = []
            for _ in range(rounds):
                started = time.perf_counter()
                text = document(path).text
                taken.append(time.perf_counter() - started)
            row[f"{which}, words"] = f"{len(text.split()):,}"
            row[f"{which}, s"] = f"{statistics.median(taken):.2f}"
        rows.append(row)
    return rows


def document(path: Path) -> Source:
    """Read one document as every command does."""
    (given,) = expand([str(path)])
    return read(given)


def folded(text: str) -> str:
    """Leave only what a reader sees, letters as letters and one space between words."""
    text = FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), NOT_SEEN.sub("", text))
    return " ".join(text.split())


def distance(one: str, other: str) -> int:
    """Count the characters to insert, delete or replace (Levenshtein), a row at a time."""
    signs = np.array([ord(sign) for sign in other])
    steps = np.arange(len(other) + 1)
    row = steps.copy()
    for number, sign in enumerate(map(ord, one), 1):
        best = np.minimum(row[:-1] + (signs != sign), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate([[number], best]) - steps) + steps
    return int(row[-1])


if __name__ == "__main__":
    main()
