"""The modules that a new process imports."""

from __future__ import annotations

import os
import subprocess
import sys


def imported_by(code: str, **environ: str) -> set[str]:
    """The names of all modules that are imported once the code has run."""
    program = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    environment = os.environ | environ
    done = subprocess.run(program, check=True, capture_output=True, text=True, env=environment)
    return set(done.stdout.split())
