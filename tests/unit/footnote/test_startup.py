import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(code: str) -> subprocess.CompletedProcess[str]:
    """A process that runs the code, in which `stop` sends it SIGTERM."""
    begun = """
import atexit, gc, signal, weakref
from footnote import startup
def stop(*_): signal.raise_signal(signal.SIGTERM)
startup.begin()
"""
    command = [sys.executable, "-c", begun + code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("collection", ["", "gc.enable()\n"], ids=["off", "on"])
@pytest.mark.parametrize(
    "moment",
    [
        "ignored = weakref.ref(type('Lock', (), {})(), stop)",
        "type('Replaced', (), {'by_another': type('Attribute', (), {'__set_name__': stop})()})",
    ],
)
def test_a_start_that_is_stopped_where_python_loses_exceptions_ends_at_once(
    moment: str, collection: str
) -> None:
    """Even if an imported module turns garbage collection on, as one that had it off for a moment."""
    done = run(f"{collection}{moment}\nprint('went on')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("collection", ["", "gc.disable()\n"], ids=["on", "off"])
def test_a_process_that_is_stopped_after_its_start_runs_its_exit_handlers(collection: str) -> None:
    done = run(f"startup.end()\natexit.register(print, 'ended')\n{collection}stop()")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")


def test_imported_objects_are_frozen_once_a_function_is_made() -> None:
    done = run("import functions.answer.main\nprint(gc.isenabled(), gc.get_freeze_count())")
    enabled, frozen = done.stdout.split()
    assert enabled == "True"
    assert int(frozen) > 10_000
