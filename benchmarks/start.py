"""How long diplosum takes to start: CPU and wall time of short commands, beside argos-translate.

    python benchmarks/start.py [--argos PYTHON] [--rounds 11]

The small checkpoint is the one of the throughput benchmark called tiny, with random weights; nothing is downloaded.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import measure
import shapes
from throughput import argos_variables

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "samples" / "moscow-talks.txt"
# Ends when a model is asked for the first token.
UNTIL_ASKED = """
import sys, time
import ctranslate2

class Asked(ctranslate2.Translator):
    def translate_batch(self, *_, **__):
        print(time.process_time())
        sys.stdout.flush()
        import os
        os._exit(0)

ctranslate2.Translator = Asked
sys.argv = ["diplosum", "translate", *sys.argv[1:]]
import runpy
runpy.run_module("diplosum", run_name="__main__")
"""

ARGOS = "from argostranslate.cli import main; main()"  # its module does nothing when it is run by itself


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="How long diplosum takes to start.")
    parser.add_argument("--argos", type=Path, help="Python of an environment with argostranslate 1.11")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--room", type=Path, default=Path(tempfile.gettempdir()) / "diplosum-benchmarks")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    options.room.mkdir(parents=True, exist_ok=True)
    text = options.room / "start.txt"
    text.write_text("\n".join(shapes.sentences(HERE.parent / "samples")) + "\n", "utf-8")
    throughput = [sys.executable, str(HERE / "throughput.py")]
    measure.run([*throughput, "--prepare", str(options.room), str(text), "tiny"])
    model = ["--model", str(options.room / "tiny" / "int8"), "--engine", "ct2"]
    forced = str(HERE / "forced.py")
    ours, sample = [sys.executable, "-m", "diplosum"], str(SAMPLE)
    commands = {
        "diplosum --help": [*ours, "--help"],
        "diplosum models": [*ours, "models"],
        "diplosum summarize": [*ours, "summarize", sample],
        "diplosum translate": [sys.executable, forced, "diplosum", "translate", sample, "--no-check", *model],
        "diplosum translate, to the first token": [sys.executable, "-c", UNTIL_ASKED, sample, "--no-check", *model],
    }
    if options.argos:
        commands["argos-translate --help"] = [str(options.argos), "-c", ARGOS, "--help"]
        commands["argos-translate, one sentence"] = [
            *(str(options.argos), forced, "argostranslate", "--from-lang", "ar", "--to-lang", "en"),
            "وصل الوزير إلى بغداد صباح اليوم.",
        ]
    variables = argos_variables(options.room, "tiny")
    runs: dict[str, list[measure.Run]] = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            runs[name].append(measure.run(command, variables))
    rows = [
        {
            "command": name,
            "CPU seconds": f"{measure.median(one.cpu for one in made):.2f}",
            "from-to": measure.spread([one.cpu for one in made]),
            "wall seconds": f"{measure.median(one.wall for one in made):.2f}",
            "memory MB": f"{measure.median(one.memory for one in made):.0f}",
        }
        for name, made in runs.items()
    ]
    if not options.argos:
        rows.append({"command": "argos-translate", "CPU seconds": "not installed"})
    measure.report(f"Start, {options.rounds} rounds", rows, options.output / "start.json")


if __name__ == "__main__":
    main()
