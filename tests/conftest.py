"""What tests of every kind may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests import logs, scripts
from tests.redis_server import RedisServer

# How fast a busy machine is says nothing about the code.
SLOW = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
# A change is judged by the same examples each time; whoever develops meets new ones.
hypothesis.settings.register_profile("ci", SLOW, derandomize=True)
hypothesis.settings.register_profile("here", SLOW)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A real Elasticsearch 8: the one of ELASTICSEARCH_URL, or one of this session's own."""
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url
        return
    with scripts.serving(scripts.ELASTICSEARCH) as url:
        yield url


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis, empty at first."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def log() -> Iterator[logs.Log]:
    """What the functions of this process write to their log meanwhile."""
    with logs.kept() as log:
        yield log
