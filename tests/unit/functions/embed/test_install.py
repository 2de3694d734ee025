import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[4]
NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_NO_INDEX": "1", "PYTHONPATH": str(ROOT)}


def install(python: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "functions.embed.install"]
    return subprocess.run(command, env=os.environ | NOWHERE, capture_output=True, text=True)


def test_an_installed_model_is_not_downloaded_again() -> None:
    done = install(sys.executable)
    assert (done.returncode, done.stdout) == (0, "all-MiniLM-L6-v2 is installed.\n")


def test_a_failed_installation_is_reported_in_one_sentence(tmp_path: Path) -> None:
    venv.create(tmp_path)
    done = install(tmp_path / "bin" / "python")
    assert done.returncode == 1
    assert done.stderr.startswith("The model all-MiniLM-L6-v2 cannot be installed")
    assert len(done.stderr.splitlines()) == 1
