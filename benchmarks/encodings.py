"""How often is the encoding of an Arabic text detected? ``python benchmarks/encodings.py [FILE ...]``.

Every line of the texts (by default the samples) is written in each encoding, in three lengths, and detected again. A
detector is right when its answer decodes to the same words. Other detectors are measured as far as they are installed:
``pip install charset-normalizer chardet chardetng-py faust-cchardet``.
"""

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from diplosum.encoding import detect
from diplosum.source import expand, read

Detector = Callable[[bytes], str | None]

ENCODINGS = ("cp1256", "iso8859-6", "mac-arabic", "utf-16-le", "utf-16-be")
SHORT = 5  # words
# What a writer used instead where an encoding lacks a sign.
INSTEAD = {
    "cp1256": str.maketrans("٠١٢٣٤٥٦٧٨٩٪", "0123456789%"),
    "iso8859-6": str.maketrans("٠١٢٣٤٥٦٧٨٩٪«»“”–", '0123456789%""""-'),
    "mac-arabic": str.maketrans("–“”×", '-""x'),
}
# Name, module, and how it is called; "told" is told that only these encodings are possible.
PEERS: tuple[tuple[str, str, Callable[..., Detector]], ...] = (
    (
        "charset-normalizer",
        "charset_normalizer",
        lambda library: lambda data: getattr(library.from_bytes(data).best(), "encoding", None),
    ),
    (
        "the same, told",
        "charset_normalizer",
        lambda library: lambda data: getattr(library.from_bytes(data, cp_isolation=ENCODINGS).best(), "encoding", None),
    ),
    ("chardet", "chardet", lambda library: lambda data: library.detect(data)["encoding"]),
    ("chardetng", "chardetng_py", lambda library: library.detect),
    ("cchardet", "cchardet", lambda library: lambda data: library.detect(data)["encoding"]),
)


def diplosum_detect(data: bytes) -> str | None:
    """Name the codec of the first reading that decodes everything."""
    for reading in detect(data):
        try:
            data.decode(reading.codec)
        except UnicodeDecodeError:
            continue
        return reading.codec
    return None


def detectors() -> Iterator[tuple[str, Detector, float]]:
    """Name, function and milliseconds to import, of each detector that is installed."""
    yield "diplosum", diplosum_detect, 0.0
    for name, module, wrap in PEERS:
        start = time.perf_counter()
        try:
            library = importlib.import_module(module)
        except ImportError:
            continue
        yield name, wrap(library), 1e3 * (time.perf_counter() - start)


def is_right(detector: Detector, text: str, data: bytes) -> bool:
    """Whether the answer leads back to the words of ``text``; kinds of space do not count."""
    try:
        return data.decode(detector(data) or "undefined").split() == text.split()
    except (UnicodeError, LookupError):
        return False


def main() -> None:
    """Print one line for each length and encoding, with the percentage that each detector gets right."""
    inputs = expand(sys.argv[1:] or [str(Path(__file__).parent.parent / "samples")])
    lines = [line for given in inputs for line in read(given).text.splitlines() if line.strip()]
    articles = ["\n".join(lines[start : start + 12]) for start in range(0, len(lines), 12)]
    lengths = {
        f"{SHORT} words": [" ".join(line.split()[:SHORT]) for line in lines if len(line.split()) >= SHORT],
        "line": lines,
        "12 lines": articles,
    }
    found = list(detectors())
    print("import, ms".ljust(28), *(f"{cost:18.0f}" for _, _, cost in found))
    print("right, %".ljust(28), *(f"{name:>18}" for name, _, _ in found))
    seconds = dict.fromkeys((name for name, _, _ in found), 0.0)
    total = 0
    for length, texts in lengths.items():
        for encoding in ENCODINGS:
            pairs = []
            for text in texts:
                written = text.translate(INSTEAD.get(encoding, {}))
                try:
                    pairs.append((written, written.encode(encoding)))
                except UnicodeEncodeError:
                    continue  # a sign that nobody could write in this encoding
            total += len(pairs)
            row = []
            for name, detector, _ in found:
                start = time.perf_counter()
                right = sum(is_right(detector, text, data) for text, data in pairs)
                seconds[name] += time.perf_counter() - start
                row.append(f"{100 * right / max(1, len(pairs)):18.1f}")
            print(f"{length:9}{encoding:11}{len(pairs):7}", *row)
    print("a text, ms".ljust(28), *(f"{1e3 * seconds[name] / total:18.2f}" for name, _, _ in found))


if __name__ == "__main__":
    main()
