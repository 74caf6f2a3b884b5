"""How time and memory grow with the length of a text: 100 to 100,000 sentences through diplosum translate.

    python benchmarks/growth.py [--text FILE] [--shape small] [--sentences 100 1000 10000 100000] [--factor 1.2]

The whole program is run on texts that repeat ``--text`` with a number in every sentence, so that no two are the same.
Weights are random; ``--factor`` says how many tokens are written for each that is read, 1.2 unless told: less is
faster, and leaves what the program itself holds and does as it is.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import measure
import shapes

HERE = Path(__file__).parent


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="How time and memory grow with the length of a text.")
    parser.add_argument("--text", type=Path, default=HERE.parent / "samples")
    parser.add_argument("--shape", choices=shapes.SHAPES, default="small")
    parser.add_argument("--sentences", nargs="+", type=int, default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--factor", type=float, default=shapes.FACTOR)
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--room", type=Path, default=Path(tempfile.gettempdir()) / "diplosum-benchmarks")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    options.room.mkdir(parents=True, exist_ok=True)
    chosen = shapes.sentences(options.text)
    text = options.room / "text.txt"
    text.write_text("\n".join(chosen[:200]) + "\n", "utf-8")
    measure.run([sys.executable, str(HERE / "throughput.py"), "--prepare", str(options.room), str(text), options.shape])
    model = ["--model", str(options.room / options.shape / "int8"), "--engine", "ct2", "--beams", str(options.beams)]
    rows: list[dict[str, object]] = []
    for count in options.sentences:
        article = options.room / f"growth-{count}.txt"
        with article.open("w", encoding="utf-8") as file:
            for n in range(count):
                file.write(f"{n} {chosen[n % len(chosen)].rstrip('.')}.{' ' if n % 4 else chr(10)}")
        words = sum(len(line.split()) for line in article.open(encoding="utf-8"))
        command = [sys.executable, str(HERE / "forced.py"), "diplosum", "translate", str(article), "--no-check", *model]
        ran = measure.run(command, {"FORCED_FACTOR": str(options.factor)})
        rows.append(
            {
                "sentences": f"{count:,}",
                "words/s": f"{words / ran.wall:.0f}",
                "wall seconds": f"{ran.wall:.1f}",
                "CPU seconds": f"{ran.cpu:.1f}",
                "memory MB": f"{ran.memory:.0f}",
            }
        )
        print(rows[-1], file=sys.stderr)
        article.unlink()
    title = f"Growth, {shapes.SHAPES[options.shape].name} in 8 bits, {options.factor} tokens for each"
    measure.report(title, rows, options.output / "growth.json")


if __name__ == "__main__":
    main()
