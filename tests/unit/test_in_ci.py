"""Whether the cluster's tests are run in CI, and what becomes of their outcome."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "cluster" / "in-ci"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="brings up a cluster for root only")


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A folder of commands that note that they were called, and a cluster that was built and is down."""
    for name in ("up", "down", "make"):
        replace(tmp_path / name, "exit 0")
    kubectl(tmp_path).parent.mkdir(parents=True)
    replace(kubectl(tmp_path), "exit 1")
    return tmp_path


def kubectl(cluster: Path) -> Path:
    return cluster / "root" / "bin" / "kubectl"


def replace(command: Path, what: str) -> None:
    command.write_text(f"#!/bin/sh\necho {command.name} >> {command.parent}/called\n{what}\n")
    command.chmod(0o755)


def run(cluster: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    path = f"{cluster}:{os.environ['PATH']}"
    given = {"PATH": path, "CLUSTER_ROOT": str(cluster / "root"), "MEMORY": "0", "DISK": "0", **environ}
    return subprocess.run([SCRIPT, cluster], env={**os.environ, **given}, capture_output=True, text=True)


def called(cluster: Path) -> list[str]:
    return (cluster / "called").read_text().split()


def test_the_cluster_is_taken_down_after_its_tests(cluster: Path) -> None:
    assert run(cluster).returncode == 0
    assert called(cluster) == ["up", "make", "down"]


def test_a_test_that_fails_twice_is_a_failure(cluster: Path) -> None:
    replace(cluster / "make", "exit 2")
    assert run(cluster).returncode == 2
    assert called(cluster) == ["up", "make", "make", "down"]


def test_a_test_that_fails_once_is_none(cluster: Path) -> None:
    replace(cluster / "make", '[ "$2" = ARGS=--last-failed ]')
    assert run(cluster).returncode == 0
    assert called(cluster) == ["up", "make", "make", "down"]


@pytest.mark.parametrize("status", [124, 137])
def test_tests_that_are_not_done_in_time_are_a_failure(cluster: Path, status: int) -> None:
    replace(cluster / "make", f"exit {status}")
    done = run(cluster)
    assert done.returncode == 1
    assert "were not done after 0 minutes" in done.stderr
    assert called(cluster) == ["up", "make", "down"]


def test_a_second_try_that_is_not_done_in_time_is_a_failure(cluster: Path) -> None:
    replace(cluster / "make", '[ "$2" = ARGS= ] && exit 2 || exit 124')
    done = run(cluster)
    assert done.returncode == 1
    assert "were not done" in done.stderr
    assert called(cluster) == ["up", "make", "make", "down"]


def test_a_cluster_that_does_not_come_up_is_none(cluster: Path) -> None:
    replace(cluster / "up", "echo no cgroup; exit 1")
    done = run(cluster)
    assert done.returncode == 0
    assert "left out" in done.stdout
    assert "no cgroup" in done.stdout
    assert called(cluster) == ["up", "up", "down"]


def test_a_cluster_that_runs_already_is_left_running(cluster: Path) -> None:
    replace(kubectl(cluster), "exit 0")
    assert run(cluster).returncode == 0
    assert called(cluster) == ["up", "make"]


def test_a_cluster_that_was_never_built_is_not_built_for_this(cluster: Path) -> None:
    kubectl(cluster).unlink()
    done = run(cluster)
    assert done.returncode == 0
    assert "no cluster was built" in done.stdout
    assert not (cluster / "called").exists()


def test_a_small_machine_is_told_what_it_lacks(cluster: Path) -> None:
    done = run(cluster, MEMORY="100000")
    assert done.returncode == 0
    assert "they need 100000 GiB of memory" in done.stdout
    assert not (cluster / "called").exists()
