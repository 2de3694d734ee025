"""What tests/prerequisites says of a machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "prerequisites"
NEEDED = ("chromium", "redis-server", "prometheus", "javac", "mvn", "curl", "python3", "helm")
USED = ("bash", "env", "dirname", "sort", "awk", "printf")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of all the programs there are: all that is needed, but go. Nobody is root there."""
    for name in USED:
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    for name in NEEDED:
        replace(tmp_path / name, "exit 0")
    replace(tmp_path / "id", "echo 1000")
    (tmp_path / "tests").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tests")
    return tmp_path


def replace(command: Path, what: str) -> None:
    command.write_text(f"#!/bin/sh\n{what}\n")
    command.chmod(0o755)


def install_go(machine: Path, version: str, toolchain: str = "local") -> None:
    said = f'[ "$1" = env ] && echo {toolchain} || echo go version go{version} linux/amd64'
    replace(machine / "go", said)


def run(machine: Path) -> subprocess.CompletedProcess[str]:
    script = machine / "tests" / "prerequisites"
    return subprocess.run([script], env={"PATH": str(machine)}, capture_output=True, text=True)


def test_what_is_missing_is_named(machine: Path) -> None:
    (machine / "mvn").unlink()
    done = run(machine)
    assert done.returncode == 2
    assert done.stderr == (
        "The tests need what Debian calls maven golang: install it, then run this again.\n"
    )


@pytest.mark.parametrize("version", ["1.26", "1.26.8", "1.30.1"])
def test_a_new_go_will_do(machine: Path, version: str) -> None:
    (machine / "helm").unlink()
    install_go(machine, version)
    done = run(machine)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("version", "toolchain"), [("1.19.8", "local"), ("1.19.8", ""), ("1.25.4", "local")]
)
def test_an_old_go_that_gets_no_newer_one_is_told_what_is_needed(
    machine: Path, version: str, toolchain: str
) -> None:
    (machine / "helm").unlink()
    install_go(machine, version, toolchain)
    done = run(machine)
    assert done.returncode == 2
    assert done.stderr == (
        f"To build helm the tests need Go 1.26 or newer, and this is {version}: "
        "install a newer one, or helm itself.\n"
    )


def test_a_go_that_may_get_a_newer_one_will_do(machine: Path) -> None:
    (machine / "helm").unlink()
    install_go(machine, "1.24.4", "auto")
    assert run(machine).returncode == 0


@pytest.mark.parametrize("place", ["helm", ".cache/bin/helm"])
def test_an_old_go_will_do_where_nothing_is_left_to_build(machine: Path, place: str) -> None:
    (machine / "helm").unlink()
    (machine / place).parent.mkdir(parents=True, exist_ok=True)
    replace(machine / place, "exit 0")
    install_go(machine, "1.19.8")
    assert run(machine).returncode == 0
