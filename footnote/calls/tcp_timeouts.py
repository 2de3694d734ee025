"""How the kernel notices that the other side of a connection is gone, which may go without a word."""

from __future__ import annotations

import socket

PROBES = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3}
"""Seconds without a word until it is asked whether it is there, seconds between, and how often it is."""
LOST = 5
"""Seconds until what was sent must have arrived."""
WINDOW = 32_768
"""Bytes that arrive though they are not read yet, as at a proxy whose function is still to start."""


def enable_keepalive(connected: socket.socket) -> None:
    """Ask whether the other side is there while nothing is said."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in PROBES.items():
        _set(connected, name, value)


def set_user_timeout(connected: socket.socket, size: int) -> None:
    """Break the connection off where so many bytes do not arrive: without that it takes 15 minutes."""
    _set(connected, "TCP_USER_TIMEOUT", 1000 * LOST if size <= WINDOW else 0)


def _set(connected: socket.socket, name: str, value: int) -> None:
    """Where the system has it."""
    if option := getattr(socket, name, None):
        connected.setsockopt(socket.IPPROTO_TCP, option, value)
