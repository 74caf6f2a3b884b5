"""How many processor cores this process may use, which is often fewer than the machine has."""

import os
from collections.abc import Iterator
from math import ceil
from pathlib import Path


def usable(root: Path = Path("/")) -> int:
    """Count the cores that affinity, the control group's quota and $OMP_NUM_THREADS all allow; at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    threads = [int(wanted)] if wanted.isdecimal() else []
    return max(1, min([allowed, *threads, *_quotas(root)]))


def _quotas(root: Path) -> Iterator[int]:
    """Cores that the process's control group and those around it may use, rounded up; containers are limited so.

    https://docs.kernel.org/admin-guide/cgroup-v2.html, cpu.max.
    """
    mounted = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:  # no Linux
        return
    for line in lines:
        if line.startswith("0::/"):
            group = mounted / line.removeprefix("0::/")
            for place in (group, *group.parents):
                if place.is_relative_to(mounted):
                    yield from _quota(place / "cpu.max")


def _quota(file: Path) -> Iterator[int]:
    try:
        quota, _, period = file.read_text("utf-8").partition(" ")
        yield ceil(int(quota) / int(period))
    except (OSError, ValueError):  # the root group has no such file, and "max" is no limit
        return
