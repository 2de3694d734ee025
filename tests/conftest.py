"""What tests of every kind may ask for."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import logs

# How fast a busy machine is says nothing about the code.
SLOW = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
# A change is judged by the same examples each time; whoever develops meets new ones.
hypothesis.settings.register_profile("ci", SLOW, derandomize=True)
hypothesis.settings.register_profile("here", SLOW)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

START = Path(__file__).parent / "elasticsearch" / "start"


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A real Elasticsearch 8: the one of ELASTICSEARCH_URL, or one of this session's own."""
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url
        return
    pipe = subprocess.PIPE
    with subprocess.Popen([START], stdin=pipe, stdout=pipe, text=True) as node:
        assert node.stdout is not None
        url = node.stdout.readline().strip()
        assert url, f"{START} printed no URL; what it says is above or below."
        yield url


@pytest.fixture
def log() -> Iterator[logs.Log]:
    """What the functions of this process write to their log meanwhile."""
    with logs.kept() as log:
        yield log
