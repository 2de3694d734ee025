"""Scripts that start a server, print its URL, and stop it when their standard input ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parent
ELASTICSEARCH = TESTS / "elasticsearch" / "start"
LANGUAGE_MODEL = TESTS / "language_model" / "start"


@contextmanager
def serving(script: Path) -> Iterator[str]:
    """The URL, while the server runs."""
    pipe = subprocess.PIPE
    with subprocess.Popen([script], stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        assert url, f"{script} printed no URL; what it says is above or below."
        yield url
