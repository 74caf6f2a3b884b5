"""How fast the embedded summarizer picks sentences: 10 to 100,000 of them, beside sumy's LexRank and TextRank.

    python benchmarks/extract.py [--text FILE] [--sumy PYTHON] [--sentences 10 100 1000 10000 100000]

``--sumy`` is the Python of an environment with ``pip install sumy``. sumy compares every sentence with every other: it
is left out above ``--most`` sentences. Sentences are split at line ends for it, which costs it nothing.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import measure
import shapes

HERE = Path(__file__).parent
SUMY = """
import sys
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.{module} import {name}

class Words:
    def to_words(self, sentence):
        return tuple(sentence.split())

lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
document = ObjectDocumentModel([Paragraph([Sentence(line, Words()) for line in lines])])
for sentence in {name}()(document, {sentences}):
    print(sentence)
"""
_SENTENCES = 3
METHODS = {"LexRank": ("lex_rank", "LexRankSummarizer"), "TextRank": ("text_rank", "TextRankSummarizer")}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="How fast the embedded summarizer picks sentences.")
    parser.add_argument("--text", type=Path, default=HERE.parent / "samples")
    parser.add_argument("--sumy", type=Path, help="Python of an environment with sumy")
    parser.add_argument("--sentences", nargs="+", type=int, default=[10, 100, 1000, 10_000, 100_000])
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--room", type=Path, default=Path(tempfile.gettempdir()) / "diplosum-benchmarks")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    options.room.mkdir(parents=True, exist_ok=True)
    chosen = shapes.sentences(options.text)
    rows: list[dict[str, object]] = []
    for count in options.sentences:
        article = options.room / f"extract-{count}.txt"
        lines = [f"{chosen[n % len(chosen)]} {n}." for n in range(count)]
        article.write_text("\n".join(lines) + "\n", "utf-8")
        commands = {"diplosum": [sys.executable, "-m", "diplosum", "summarize", "--model", "extractive", str(article)]}
        for name, (module, summarizer) in METHODS.items():
            if options.sumy and count <= options.most:
                program = SUMY.format(module=module, name=summarizer, sentences=_SENTENCES)
                commands[name] = [str(options.sumy), "-c", program, str(article)]
        for name, command in commands.items():
            ran = measure.run(command)
            if len(ran.output.splitlines()) != _SENTENCES:
                raise RuntimeError(f"{name} did not summarize {count} sentences: {ran.output[:500]}")
            rows.append(
                {
                    "sentences": f"{count:,}",
                    "program": name,
                    "wall seconds": f"{ran.wall:.2f}",
                    "CPU seconds": f"{ran.cpu:.2f}",
                    "memory MB": f"{ran.memory:.0f}",
                }
            )
            print(rows[-1], file=sys.stderr)
        article.unlink()
    if not options.sumy:
        rows.append({"program": "sumy", "wall seconds": "not installed"})
    measure.report(f"Summaries of {_SENTENCES} sentences", rows, options.output / "extract.json")


if __name__ == "__main__":
    main()
