import os
from pathlib import Path

import pytest

from diplosum import cores


def machine(root: Path, group: str, quotas: dict[str, str]) -> Path:
    """Write the files in which Linux tells a process its control group and what the groups may use."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(f"1:name=systemd:/\n0::{group}\n")
    for place, quota in quotas.items():
        folder = root / "sys/fs/cgroup" / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cpu.max").write_text(quota)
    return root


@pytest.fixture(autouse=True)
def _eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


@pytest.mark.parametrize(
    ("quotas", "expected"),
    [
        ({}, 8),
        ({".": "max 100000\n"}, 8),
        ({"a/b": "200000 100000\n"}, 2),
        ({"a/b": "250000 100000\n"}, 3),
        ({"a/b": "10000 100000\n"}, 1),
        ({"a/b": "max 100000\n", "a": "400000 100000\n"}, 4),
        ({"a/b": "900000 100000\n"}, 8),
        ({"other": "100000 100000\n"}, 8),
        ({"a/b": "what is this"}, 8),
    ],
)
def test_quotas_of_the_control_group_and_those_around_it_count(
    quotas: dict[str, str], expected: int, tmp_path: Path
) -> None:
    assert cores.usable(machine(tmp_path, "/a/b", quotas)) == expected


def test_a_machine_without_control_groups_has_the_cores_it_has(tmp_path: Path) -> None:
    assert cores.usable(tmp_path) == 8


def test_a_user_may_ask_for_fewer_threads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert cores.usable(tmp_path) == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "4,2")
    assert cores.usable(tmp_path) == 8


def test_affinity_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5}, raising=False)
    assert cores.usable(tmp_path) == 1
