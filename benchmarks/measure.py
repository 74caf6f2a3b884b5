"""Programs run one after the other and measured from outside: wall time, CPU time, peak memory, what they print."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from diplosum import cores

ROOT = Path(__file__).parent.parent
OFFLINE = {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


@dataclass(frozen=True)
class Run:
    """One run of a program: seconds of wall and CPU time, peak memory in MB, standard output."""

    wall: float
    cpu: float
    memory: float
    output: str


# A program's peak memory counts from that of the program that starts it: so this small one does.
_LAUNCHER = """
import json, os, sys, time
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - started
with open(sys.argv[1], "w") as file:
    json.dump([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)], file)
"""
# How many threads to use, each program finds out by itself, as it does for a user.
_UNSET = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")


def run(command: Sequence[str], variables: Mapping[str, str] | None = None, read: str = "") -> Run:
    """Run a program to its end; raises RuntimeError with what it said when it fails."""
    inherited = {name: value for name, value in os.environ.items() if name not in _UNSET}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ran = subprocess.run(  # noqa: S603 - our own programs
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(report), *command],
            input=read.encode(),
            capture_output=True,
            env={**inherited, **OFFLINE, **(variables or {})},
            check=True,
        )
        wall, cpu, memory, status = json.loads(report.read_text("utf-8"))
    if status:
        raise RuntimeError(f"{' '.join(command[:6])} …: {ran.stderr.decode()[-2000:]}")
    return Run(wall, cpu, memory, ran.stdout.decode())


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """Say the lowest and the highest."""
    return f"{min(values):.3g}-{max(values):.3g}"


def machine() -> dict[str, str]:
    """Say what was measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    packages = ("ctranslate2", "torch", "transformers", "sentencepiece")
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": str(cores.usable()),
        "python": platform.python_version(),
    } | {name: version(name) for name in packages}


def report(title: str, rows: Sequence[Mapping[str, Any]], into: Path) -> None:
    """Print a table for Markdown, and write it with the machine as JSON."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(str(row.get(column, '')) for column in columns)} |")
    into.parent.mkdir(parents=True, exist_ok=True)
    whole = {"title": title, "command": " ".join(sys.argv), "machine": machine(), "rows": list(rows)}
    into.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"\n{machine()}\nwritten to {into}")
