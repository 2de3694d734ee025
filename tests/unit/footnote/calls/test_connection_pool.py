import asyncio
import errno
import os
import ssl
from pathlib import Path

import pytest

from footnote.calls.connection import ConnectError, Connection, Response
from footnote.calls.connection_pool import ConnectionPool
from tests.certificate import self_signed
from tests.refusing import refusing
from tests.unit.footnote.calls.server import Server, get, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OTHER = b"HTTP/1.1 408 Request Timeout\r\nX-Other: 1\r\nContent-Length: 5\r\n\r\nother"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"


async def test_consecutive_requests_share_a_connection() -> None:
    async with serving(OK, CHUNKED, OK) as (server, connections):
        bodies = [bytes((await get(connections, server.url)).body) for _ in range(3)]
    assert bodies == [b"ok"] * 3
    assert server.connections == 1


async def test_concurrent_requests_have_a_connection_each() -> None:
    async with serving(OK, OK, OK) as (server, connections):
        responses = await asyncio.gather(*(get(connections, server.url) for _ in range(3)))
    assert [response.status for response in responses] == [200] * 3
    assert server.connections == 3


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
async def test_a_body_may_end_with_the_connection(version: bytes) -> None:
    async with serving(b"HTTP/" + version + b" 200 OK\r\n\r\nall of it") as (server, connections):
        server.ends = True
        response = await get(connections, server.url)
    assert (response.status, bytes(response.body)) == (200, b"all of it")


async def test_a_body_of_known_length_may_not_end_early() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\npart") as (server, connections):
        server.ends = True
        with pytest.raises(OSError, match="closed"):
            await get(connections, server.url)


async def test_a_connection_the_server_closes_is_not_used_again() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with serving(closing, OK) as (server, connections):
        await get(connections, server.url)
        await get(connections, server.url)
    assert server.connections == 2


async def test_a_response_that_never_comes_is_an_error() -> None:
    async with serving(None) as (server, connections):
        with pytest.raises(ConnectionError):
            await get(connections, server.url)


async def test_a_response_that_breaks_off_is_an_error() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok") as (server, connections):
        server.ends = True
        with pytest.raises(ConnectionError):
            await get(connections, server.url)


async def test_what_is_not_http_is_an_error() -> None:
    async with serving(b"SSH-2.0-OpenSSH_9.6\r\n") as (server, connections):
        with pytest.raises(ValueError, match="not valid HTTP"):
            await get(connections, server.url)


async def test_a_closed_port_is_an_error() -> None:
    with pytest.raises(OSError, match="9"):
        await get(ConnectionPool(backoff=()), "http://127.0.0.1:9")


async def test_connecting_is_retried_until_the_server_listens() -> None:
    with refusing() as late:
        response = await get(ConnectionPool(backoff=late.pauses()), late.url)
    assert bytes(response.body) == b'"ok"'


async def test_connecting_is_given_up_after_the_last_backoff() -> None:
    with pytest.raises(ConnectError, match="9"):
        await get(ConnectionPool(backoff=(0, 0)), "http://127.0.0.1:9")


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
async def test_an_interim_response_is_not_the_response(status: bytes) -> None:
    interim = b"HTTP/1.1 " + status + b"\r\nLink: </style.css>\r\n\r\n"
    async with serving(interim * 2 + OK, interim + CHUNKED, OK) as (server, connections):
        responses = [await get(connections, server.url) for _ in range(3)]
    assert [(each.status, bytes(each.body)) for each in responses] == [(200, b"ok")] * 3
    assert not any("link" in each.headers for each in responses)
    assert server.connections == 1


async def test_a_response_may_come_later_than_the_interim_one() -> None:
    async with serving(b"HTTP/1.1 103 Early Hints\r\n\r\n") as (server, connections):
        request = asyncio.create_task(get(connections, server.url))
        await server.asked.wait()
        await asyncio.sleep(0)
        server.writers[0].write(OK)
        assert (await request).status == 200


async def test_a_response_that_breaks_off_after_an_interim_one_is_an_error() -> None:
    answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-"
    async with serving(answer) as (server, connections):
        server.ends = True
        with pytest.raises(ConnectionError):
            await get(connections, server.url)


async def test_a_204_is_not_taken_for_a_missing_response() -> None:
    async with serving(b"HTTP/1.1 204 No Content\r\n\r\n", None, OK) as (server, connections):
        responses = [await get(connections, server.url) for _ in range(2)]
    assert [each.status for each in responses] == [204, 200]


async def test_an_upgrade_to_another_protocol_is_an_error() -> None:
    upgrade = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
    async with serving(upgrade) as (server, connections):
        with pytest.raises(ValueError, match="not valid HTTP"):
            await get(connections, server.url)


async def test_data_after_a_response_belongs_to_no_response() -> None:
    async with serving(OK + OTHER, OK) as (server, connections):
        responses = [await get(connections, server.url) for _ in range(2)]
    assert [(each.status, bytes(each.body)) for each in responses] == [(200, b"ok")] * 2
    assert not any("x-other" in each.headers for each in responses)
    assert server.connections == 2


async def test_data_on_an_idle_connection_belongs_to_no_response() -> None:
    async with serving(OK, OK) as (server, connections):
        await get(connections, server.url)
        server.writers[0].write(OTHER)
        async with asyncio.timeout(10):
            await server.left.wait()
        response = await get(connections, server.url)
    assert (response.status, bytes(response.body)) == (200, b"ok")
    assert server.connections == 2


async def test_the_request_is_sent_as_given() -> None:
    async with serving(OK) as (server, connections):
        url = f"{server.url}/a b/ü?c=1&d=%20"
        await connections.request("POST", url, {"x-y": "z"}, b"{}")
    head = server.requests[0].decode().split("\r\n")
    assert head[0] == "POST /a%20b/%C3%BC?c=1&d=%20 HTTP/1.1"
    assert {"content-length: 2", "x-y: z", "host: " + server.url.removeprefix("http://")} <= set(head)


async def test_a_cancelled_request_leaves_no_connection_behind() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\n", OK) as (server, connections):
        request = asyncio.create_task(get(connections, server.url))
        await server.asked.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert (await get(connections, server.url)).status == 200
    assert server.connections == 2


async def begun(connections: ConnectionPool, server: Server) -> asyncio.Task[Response]:
    """A pending request that the server has read."""
    server.asked.clear()
    request = asyncio.create_task(get(connections, server.url))
    await server.asked.wait()
    return request


async def given_up(request: asyncio.Task[Response]) -> None:
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request


async def test_a_silent_pooled_connection_closes_the_other_idle_ones() -> None:
    async with serving(OK, OK, OK, b"", OK) as (server, connections):
        await asyncio.gather(*(get(connections, server.url) for _ in range(3)))
        await given_up(await begun(connections, server))
        assert (await get(connections, server.url)).status == 200
    assert server.connections == 4


async def test_connections_that_were_used_meanwhile_are_kept() -> None:
    async with serving(OK, OK, b"", OK, OK) as (server, connections):
        await asyncio.gather(*(get(connections, server.url) for _ in range(2)))
        request = await begun(connections, server)
        await get(connections, server.url)
        await given_up(request)
        await get(connections, server.url)
    assert server.connections == 2


async def test_a_silent_server_does_not_affect_other_origins() -> None:
    async with serving(OK, b"") as (server, connections), serving(OK, OK) as (other, _):
        for each in (server, other):
            await get(connections, each.url)
        await given_up(await begun(connections, server))
        await get(connections, other.url)
        connections.close()
    assert other.connections == 1


def timer(local: int, remote: int) -> str:
    """The kernel's timer for the connection between the ports; "02" is keepalive."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = [f"{local:04X}", f"{remote:04X}"]
    (timer,) = (row[5] for row in rows if [end.split(":")[1] for end in row[1:3]] == ends)
    return timer.partition(":")[0]


async def test_the_kernel_probes_an_idle_connection() -> None:
    async with serving(OK) as (server, connections):
        await get(connections, server.url)
        (_, local), (_, remote) = map(server.writers[0].get_extra_info, ("peername", "sockname"))
        assert timer(local, remote) == "02"


async def test_a_connection_that_the_kernel_gave_up_counts_as_closed() -> None:
    async with serving(b"") as (server, _):
        host, _, port = server.url.removeprefix("http://").partition(":")
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, host, int(port))
        exchange = asyncio.create_task(connection.exchange(b"GET / HTTP/1.1\r\n\r\n"))
        await server.asked.wait()
        connection.connection_lost(TimeoutError(errno.ETIMEDOUT, "Connection timed out"))
        with pytest.raises(ConnectionError, match="timed out"):
            await exchange


async def test_a_replaced_certificate_is_trusted_without_a_restart(tmp_path: Path) -> None:
    trusted = tmp_path / "ca.crt"
    connections = ConnectionPool(trusted)
    for written in (1, 2):
        certificate, key = self_signed(tmp_path)
        trusted.write_bytes(certificate.read_bytes())
        os.utime(trusted, (written, written))
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
        behind = Server(OK)
        async with await asyncio.start_server(behind.serve, "127.0.0.1", 0, ssl=tls) as server:
            url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
            assert (await get(connections, url)).status == 200
            connections.close()


def test_an_unopened_connection_is_not_fresh() -> None:
    assert not Connection().is_fresh()


async def test_an_unopened_connection_cannot_be_used() -> None:
    with pytest.raises(ConnectionError):
        await Connection().exchange(b"")
