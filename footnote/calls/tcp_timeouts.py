"""TCP options by which the kernel notices a peer that disappeared without closing the connection."""

from __future__ import annotations

import socket

KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3}
"""Idle seconds before the first probe, seconds between probes, and probes before the peer is lost."""
USER_TIMEOUT = 5
"""Seconds within which the peer must acknowledge what was sent."""
WINDOW = 32_768
"""Bytes that a peer acknowledges before it reads them, such as a proxy whose function is starting."""


def enable_keepalive(connected: socket.socket) -> None:
    """Probe the peer while the connection is idle."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        _set(connected, name, value)


def set_user_timeout(connected: socket.socket, size: int) -> None:
    """Drop the connection when the next `size` bytes are not acknowledged; the default is 15 minutes."""
    _set(connected, "TCP_USER_TIMEOUT", 1000 * USER_TIMEOUT if size <= WINDOW else 0)


def _set(connected: socket.socket, name: str, value: int) -> None:
    """Set a TCP option, unless the platform lacks it."""
    if option := getattr(socket, name, None):
        connected.setsockopt(socket.IPPROTO_TCP, option, value)
