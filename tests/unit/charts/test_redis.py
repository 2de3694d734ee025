"""The chart's Redis, asked as kubelet asks it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.redis_server import RedisServer
from tests.unit.charts.objects import Object, Render, named


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    set_password = ("redis-cli", "-p", str(server.port), "config", "set", "requirepass", "beacon")
    subprocess.run(set_password, check=True, capture_output=True)
    yield server
    server.stop()


@pytest.mark.parametrize("probe", ["readinessProbe", "livenessProbe"])
def test_it_is_started_again_once_its_password_is_another(
    render: Render, redis: RedisServer, tmp_path: Path, probe: str
) -> None:
    objects = render("knative", "redis.enabled=true", "redis.secret=redis")
    pod = named(objects, "Deployment", "redis")["spec"]["template"]["spec"]
    asked = pod["containers"][0][probe]

    def passes(password: str) -> bool:
        (tmp_path / "redis-password").write_text(password)
        return subprocess.run(here(asked, redis, tmp_path), capture_output=True).returncode == 0

    assert passes("beacon")
    assert not passes("another")


def here(probe: Object, redis: RedisServer, secrets: Path) -> list[str]:
    """The probe's command, for a Redis at a port of its own, with secrets in another folder."""
    moved = {"redis-cli": f"redis-cli -p {redis.port}", "/etc/footnote/secrets": str(secrets)}
    command = list(probe["exec"]["command"])
    for place, its_place in moved.items():
        command = [word.replace(place, its_place) for word in command]
    return command
