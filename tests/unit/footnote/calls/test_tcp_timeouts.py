from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from footnote.calls.tcp_timeouts import USER_TIMEOUT, WINDOW, enable_keepalive, set_user_timeout


@pytest.fixture
def connected() -> Iterator[socket.socket]:
    server = socket.create_server(("127.0.0.1", 0))
    with server, socket.create_connection(server.getsockname()) as connected:
        yield connected


def seconds_to_arrive(connected: socket.socket) -> float:
    return connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) / 1000


def test_keepalive_detects_a_dead_peer_within_20_seconds(
    connected: socket.socket,
) -> None:
    enable_keepalive(connected)
    idle, between, times = (
        connected.getsockopt(socket.IPPROTO_TCP, option)
        for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    )
    assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert idle + between * times < 20


def test_a_small_request_must_be_acknowledged_soon(connected: socket.socket) -> None:
    set_user_timeout(connected, WINDOW)
    assert seconds_to_arrive(connected) == USER_TIMEOUT


def test_a_request_larger_than_the_window_need_not(connected: socket.socket) -> None:
    set_user_timeout(connected, WINDOW)
    set_user_timeout(connected, WINDOW + 1)
    assert seconds_to_arrive(connected) == 0
