"""The peer: LangChain, in a virtual environment of its own, which is made when it is first used."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

PROGRAMS = Path(__file__).parent / "langchain"
"""The folder of `index.py`, `service.py` and their requirements."""
ENVIRONMENT = Path(__file__).parent / "environments" / "langchain"


def interpreter() -> str:
    """The Python that has the requirements; the environment is made anew when they have changed.

    Raises CalledProcessError when one cannot be installed.
    """
    requirements, installed = PROGRAMS / "requirements.txt", ENVIRONMENT / "requirements.txt"
    python = str(ENVIRONMENT / "bin" / "python")
    wanted = requirements.read_text()
    if not installed.exists() or installed.read_text() != wanted:
        print("Making the environment of LangChain.", file=sys.stderr)
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        venv.create(ENVIRONMENT, with_pip=True)
        install = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-r")
        subprocess.run([python, *install, str(requirements)], check=True)
        installed.write_text(wanted)
    return python


def environ(elasticsearch: str, index: str, model_url: str) -> dict[str, str]:
    """What the programs read: where their index is, and where their models are."""
    return {
        "ELASTICSEARCH_URL": elasticsearch,
        "INDEX": index,
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{model_url}/v1",
    }
