"""Programs run one after the other and measured from outside: wall time, CPU time, peak memory, what they print."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
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


def run(command: Sequence[str], variables: Mapping[str, str] | None = None, read: str = "") -> Run:
    """Run a program to its end; raises RuntimeError with what it said when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **OFFLINE, **(variables or {})},
    )
    # Written, then read to the end: what these programs read is small, and what they say on standard error is, too.
    assert process.stdin  # noqa: S101 - set above
    assert process.stdout  # noqa: S101 - as above
    assert process.stderr  # noqa: S101 - as above
    with process.stdin:
        process.stdin.write(read.encode())
    output, complaints = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:6])} …: {complaints.decode()[-2000:]}")
    wall = time.perf_counter() - started
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.decode())


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
