"""Ports for servers that cannot choose one themselves."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

PORTS = range(20_000, 32_768)
"""Below those that the system gives to connections, which could take one before the server does."""
_RANDOM = random.SystemRandom()
"""Hypothesis seeds the usual one alike in all processes."""


def unused_port() -> int:
    while True:
        port = _RANDOM.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
