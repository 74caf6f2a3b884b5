"""Pull a checkpoint in the shape of opus-mt-tc-big-ar-en from a hub on loopback: time, peak memory, disk.

Its weights are random numbers, so that no probe sentence can be answered: the entry has none, and what is left of the
probe is that both engines load the weights and that their number is right. As the weights that the hub once held, the
file is pickled float16 and holds the embeddings twice.

Run from the root of the repository:
python benchmarks/rehearsal.py --make FOLDER/source && python benchmarks/rehearsal.py FOLDER
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

VOCABULARY, END, PADDING = 61_109, 25_894, 61_108
COMMIT = "b16" + "0" * 37
ENTRY = """schema = 1
[models.rehearsal]
task = "translate"
family = "marian"
repo = "someone/rehearsal"
revision = "refs/pr/7"
licence = "CC-BY-4.0"
commercial = true
parameters = 239_000_000
download_bytes = 603_000_000
probes = []
"""


def make(folder: Path) -> None:
    """Write the checkpoint: the tokenizer of a tiny one, its vocabulary filled up; weights as they are drawn."""
    import checkpoints
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    folder.mkdir(parents=True)
    files = checkpoints._marian(folder, checkpoints.PAIRS)  # noqa: SLF001 - the tests' own checkpoint, only larger
    tokens = [token for token in files["vocab.json"] if token not in {"</s>", "<pad>"}]
    tokens += [f"filler{number}" for number in range(VOCABULARY - 2 - len(tokens))]
    vocabulary = dict(zip([*tokens[:END], "</s>", *tokens[END:], "<pad>"], range(VOCABULARY), strict=True))
    layers = {f"{part}_{size}": count for part in ("encoder", "decoder") for size, count in _LAYERS.items()}
    ids = {"pad_token_id": PADDING, "eos_token_id": END, "decoder_start_token_id": PADDING}
    search = {"bad_words_ids": [[PADDING]], "forced_eos_token_id": END}
    files["vocab.json"] = vocabulary
    files["generation_config.json"] |= ids | search
    sizes = {"d_model": 1024, "vocab_size": VOCABULARY, "decoder_vocab_size": VOCABULARY}
    files["config.json"] |= layers | ids | search | sizes | {"dtype": "float16"}
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    torch.manual_seed(7)
    config = AutoConfig.from_pretrained(folder)
    weights = AutoModelForSeq2SeqLM.from_config(config, dtype=torch.float16).state_dict()
    for alias in ("model.encoder.embed_tokens.weight", "lm_head.weight"):
        del weights[alias]
    weights["model.decoder.embed_tokens.weight"] = weights["model.shared.weight"].clone()
    torch.save(weights, folder / "pytorch_model.bin")


_LAYERS = {"layers": 6, "attention_heads": 16, "ffn_dim": 4096}


def taken(folder: Path) -> int:
    """Bytes on disk below ``folder``."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += 512 * path.stat().st_blocks
        except FileNotFoundError:  # it was renamed while we looked
            continue
    return total


def own(process: int) -> int:
    """Bytes of memory that are the process's own, without the pages of files that it has mapped. Linux only."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:  # it has ended
        return 0
    return next((1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")), 0)


@contextmanager
def watched(folder: Path, process: int) -> Iterator[list[int]]:
    """Note the most that ``folder`` takes on disk, and the most memory of its own that ``process`` has."""
    most, done = [0, 0], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            most[0], most[1] = max(most[0], taken(folder)), max(most[1], own(process))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def pull(home: Path, url: str) -> subprocess.Popen[bytes]:
    """Start to pull."""
    (home / "models.toml").write_text(ENTRY, "utf-8")
    variables = {"HF_ENDPOINT": url, "HF_HOME": str(home / "hf"), "DIPLOSUM_HOME": str(home / "store")}
    command = [sys.executable, "-m", "diplosum", "models", "pull", "rehearsal", "--models", str(home / "models.toml")]
    return subprocess.Popen(command, env=os.environ | variables | {"PYTHONPATH": str(ROOT)})  # noqa: S603 - our own program


def main(folder: Path) -> None:
    """Print the figures of one pull, and of one that is killed while it downloads and begun again."""
    import hub

    source = folder / "source"
    if not source.is_dir():
        # Made elsewhere, and not by a child of this process: only the memory of pulling it is to be counted.
        print(f"first: python {__file__} --make {source}")
        return
    weights = (source / "pytorch_model.bin").stat().st_size
    print(f"checkpoint: {weights / 1e6:.0f} MB of weights")
    with hub.serving({"someone/rehearsal": {COMMIT: source}}, ("main", "refs/pr/7")) as server:
        home = Path(tempfile.mkdtemp(dir=folder))
        started = time.perf_counter()
        running = pull(home, server.url)
        with watched(home, running.pid) as most:
            status = running.wait()
            seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        print(f"pulled: exit status {status}, {seconds:.0f} s")
        print(
            f"peak memory: {memory / 1e6:.0f} MB resident ({memory / weights:.2f} times the weights), mapped files",
            end="",
        )
        print(f" included; {most[1] / 1e6:.0f} MB of its own ({most[1] / weights:.2f} times)")
        print(f"disk: at most {most[0] / 1e6:.0f} MB, at the end {taken(home) / 1e6:.0f} MB")
        home = Path(tempfile.mkdtemp(dir=folder))
        part = home / "store" / "models" / ".rehearsal.partial" / "pytorch_model.bin.part"
        first = pull(home, server.url)
        while not part.is_file() or part.stat().st_size < weights / 3:
            time.sleep(0.01)
        first.kill()
        first.wait()
        kept, server.sent = part.stat().st_size, {}
        status = pull(home, server.url).wait()
        print(f"killed with {kept / 1e6:.0f} MB of the weights here; again: exit status {status},", end=" ")
        print(f"{server.sent['pytorch_model.bin'] / 1e6:.0f} MB of them sent")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]).resolve())
