"""Commands written in Go that tests and benchmarks need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache" / "bin"


def tool(package: str) -> str:
    """Where the command of a package is: on PATH, or in the project's cache, built there once.

    `package`: with its version, such as helm.sh/helm/v3/cmd/helm@v3.22.0.
    """
    name = package.partition("@")[0].rpartition("/")[2]
    if found := shutil.which(name):
        return found
    if not (CACHE / name).exists():
        print(f"Building {name}, which takes a minute.", file=sys.stderr)
        environ = {**os.environ, "GOBIN": str(CACHE), "GOFLAGS": "-buildvcs=false"}
        subprocess.run(["go", "install", package], env=environ, check=True)
    return str(CACHE / name)
