"""Virtual environments of the peers: each apart from Footnote's own, made when it is first used."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).parent / "environments"


def python(name: str, requirements: Path) -> str:
    """The interpreter of the environment `name`, which holds the requirements.

    It is made anew when they have changed. Raises CalledProcessError when one cannot be installed.
    """
    folder = FOLDER / name
    installed = folder / "requirements.txt"
    interpreter = str(folder / "bin" / "python")
    wanted = requirements.read_text()
    if not installed.exists() or installed.read_text() != wanted:
        print(f"Making the environment of {name}.", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        command = [
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "-r",
            str(requirements),
        ]
        subprocess.run([interpreter, *command], check=True)
        installed.write_text(wanted)
    return interpreter
