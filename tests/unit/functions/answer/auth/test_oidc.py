"""Tokens checked against a real issuer: an HTTP server with discovery and keys."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from footnote import deadline
from footnote.calls import http
from footnote.errors import DeadlinePassed, Unauthenticated, Unavailable
from footnote.settings import Settings
from functions.answer.auth.authenticator import Authenticator, Caller
from functions.answer.auth.oidc import ALGORITHMS, COOLDOWN, KEYS_TTL, RETRY_DELAY, Issuer
from tests.unit.functions.answer.auth.issuer import FIRST, SECOND, Clock, Server, public, token


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    socket = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{socket.sockets[0].getsockname()[1]}"
    yield server
    await http.close()
    socket.close()
    await socket.wait_closed()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(server: Server, clock: Clock) -> Issuer:
    return Issuer(server.url, "footnote", clock=clock)


async def identified(given: dict[str, str], bearer: str) -> Caller:
    doorman = Authenticator(Settings.model_validate({"auth": "required", **given}))
    headers = [(b"authorization", f"Bearer {bearer}".encode())]
    return await doorman.identify(Request({"type": "http", "headers": headers}))


async def test_a_token_gives_subject_and_groups(server: Server, issuer: Issuer) -> None:
    assert await issuer.verify(token(server, groups=["staff"])) == ("ada", ("staff",))


async def test_the_groups_are_those_of_the_claim_that_the_settings_name(server: Server) -> None:
    given = {"oidc_issuer": server.url, "oidc_audience": "footnote", "oidc_groups_claim": "roles"}
    caller = await identified(given, token(server, groups=["board"], roles=["staff"]))
    assert caller == Caller("subject:ada", ("staff",))


async def test_no_token_opens_what_is_anothers_alone(server: Server) -> None:
    given = {"oidc_issuer": server.url, "oidc_audience": "footnote"}
    caller = await identified(given, token(server, groups=["staff", "private:key:ada"]))
    assert caller.shared_groups == ("staff",)


async def test_an_issuer_may_end_in_a_slash(server: Server) -> None:
    issuer = Issuer(f"{server.url}/", "footnote")
    assert (await issuer.verify(token(server, iss=f"{server.url}/")))[0] == "ada"


@pytest.mark.parametrize(
    ("claim", "groups"),
    [(None, ()), ("staff", ("staff",)), (["a", 7, None, "b"], ("a", "b")), ({"a": 1}, ()), (7, ())],
)
async def test_only_names_in_the_claim_become_groups(
    server: Server, issuer: Issuer, claim: Any, groups: tuple[str, ...]
) -> None:
    assert (await issuer.verify(token(server, groups=claim)))[1] == groups


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"aud": "another"}, "Audience"),
        ({"aud": None}, "aud"),
        ({"iss": "https://evil.test"}, "issuer"),
        ({"iss": None}, "iss"),
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"sub": None}, "sub"),
        ({"nbf": 4_000_000_000}, "nbf"),
    ],
)
async def test_a_token_that_is_not_for_us_is_refused(
    server: Server, issuer: Issuer, changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unauthenticated, match=reason) as refused:
        await issuer.verify(token(server, **changed))
    assert refused.value.headers == {"www-authenticate": 'Bearer error="invalid_token"'}


async def test_clocks_may_differ_by_seconds_but_not_by_a_minute(server: Server, issuer: Issuer) -> None:
    assert (await issuer.verify(token(server, exp=time.time() - 10)))[0] == "ada"
    with pytest.raises(Unauthenticated, match="expired"):
        await issuer.verify(token(server, exp=time.time() - 60))


async def test_a_token_signed_by_another_key_with_the_same_id_is_refused(
    server: Server, issuer: Issuer
) -> None:
    forged = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": server.url, "aud": "footnote", "sub": "eve", "exp": time.time() + 300}
    with pytest.raises(Unauthenticated, match="Signature"):
        await issuer.verify(jwt.encode(claims, forged, "RS256", {"kid": "one"}))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_anyone_could_sign_is_refused(
    server: Server, issuer: Issuer, algorithm: str
) -> None:
    claims = {"iss": server.url, "aud": "footnote", "sub": "eve", "exp": time.time() + 300}
    secret = "" if algorithm == "none" else server.keys[0]["n"]
    with pytest.raises(Unauthenticated, match="alg"):
        await issuer.verify(jwt.encode(claims, secret, algorithm, {"kid": "one"}))


CURVES: dict[str, ec.EllipticCurve] = {
    "ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()
}  # fmt: skip


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("named", [True, False])
async def test_every_asymmetric_algorithm_is_accepted(
    server: Server, issuer: Issuer, algorithm: str, named: bool
) -> None:
    key: Any = FIRST
    if algorithm == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
    elif algorithm in CURVES:
        key = ec.generate_private_key(CURVES[algorithm])
    jwk = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key())
    server.keys = [json.loads(jwk) | {"kid": "one"} | ({"alg": algorithm} if named else {})]
    claims = {"iss": server.url, "aud": "footnote", "sub": "ada", "exp": time.time() + 300}
    assert (await issuer.verify(jwt.encode(claims, key, algorithm, {"kid": "one"})))[0] == "ada"


async def test_a_key_for_encryption_signs_nothing(server: Server, issuer: Issuer) -> None:
    server.keys = [public("one", FIRST, use="enc"), public("two", SECOND)]
    with pytest.raises(Unauthenticated, match="not among"):
        await issuer.verify(token(server))


async def test_a_key_that_is_said_to_be_for_signatures_signs(server: Server, issuer: Issuer) -> None:
    server.keys = [public("one", FIRST, use="sig")]
    assert (await issuer.verify(token(server)))[0] == "ada"


async def test_a_token_that_names_no_key_is_refused(server: Server, issuer: Issuer) -> None:
    with pytest.raises(Unauthenticated, match="not among"):
        await issuer.verify(token(server, name=None))


async def test_keys_are_fetched_once_for_many_tokens(
    server: Server, issuer: Issuer, clock: Clock
) -> None:
    await asyncio.gather(*(issuer.verify(token(server)) for _ in range(20)))
    for clock.now in (COOLDOWN, KEYS_TTL - 1):
        await issuer.verify(token(server))
    assert server.fetched == 1


async def test_a_new_key_is_found_when_a_token_names_it(
    server: Server, issuer: Issuer, clock: Clock
) -> None:
    await issuer.verify(token(server))
    server.keys = [public("two", SECOND)]
    clock.now += COOLDOWN
    assert (await issuer.verify(token(server, SECOND, "two")))[0] == "ada"
    with pytest.raises(Unauthenticated, match="not among"):
        await issuer.verify(token(server))


async def test_a_withdrawn_key_stops_working(server: Server, issuer: Issuer, clock: Clock) -> None:
    await issuer.verify(token(server))
    server.keys = [public("two", SECOND)]
    clock.now += KEYS_TTL
    with pytest.raises(Unauthenticated, match="not among"):
        await issuer.verify(token(server))


async def test_invented_key_names_do_not_make_us_ask_again_and_again(
    server: Server, issuer: Issuer
) -> None:
    for number in range(10):
        with pytest.raises(Unauthenticated):
            await issuer.verify(token(server, name=f"invented-{number}"))
    assert server.fetched == 1


async def test_known_keys_outlive_an_issuer_that_is_down(
    server: Server, issuer: Issuer, clock: Clock
) -> None:
    await issuer.verify(token(server))
    server.down = True
    clock.now += KEYS_TTL
    assert (await issuer.verify(token(server)))[0] == "ada"


async def test_without_any_key_the_caller_may_come_back(
    server: Server, issuer: Issuer, clock: Clock
) -> None:
    server.down = True
    with pytest.raises(Unavailable, match="cannot be fetched"):
        await issuer.verify(token(server))
    server.down = False
    clock.now += RETRY_DELAY
    assert (await issuer.verify(token(server)))[0] == "ada"


async def test_an_issuer_that_is_down_is_not_asked_for_every_token(
    server: Server, issuer: Issuer, clock: Clock
) -> None:
    server.down = True
    for _ in range(5):
        with pytest.raises(Unavailable):
            await issuer.verify(token(server))
    assert server.asked == 1
    clock.now += RETRY_DELAY
    with pytest.raises(Unavailable):
        await issuer.verify(token(server))
    assert server.asked == 2


async def test_a_caller_who_gives_no_time_leaves_the_keys_to_the_next(
    server: Server, issuer: Issuer
) -> None:
    with pytest.raises(DeadlinePassed):
        await asyncio.create_task(_hurried(issuer, token(server, name="invented")))
    assert (await issuer.verify(token(server)))[0] == "ada"


async def test_a_caller_who_gives_no_time_ends_nothing_that_others_wait_for(
    server: Server, issuer: Issuer
) -> None:
    hurried = asyncio.create_task(_hurried(issuer, token(server)))
    patient = asyncio.create_task(issuer.verify(token(server)))
    with pytest.raises(DeadlinePassed):
        await hurried
    assert (await patient)[0] == "ada"
    assert server.fetched == 1


async def _hurried(issuer: Issuer, bearer: str) -> None:
    deadline.enter({deadline.HEADER: "0"})
    async with deadline.enforced():
        await issuer.verify(bearer)


@pytest.mark.parametrize("keys", [[], [{"kty": "what"}], "none", [None]])
async def test_an_issuer_without_usable_keys_is_as_good_as_down(
    server: Server, issuer: Issuer, keys: Any
) -> None:
    server.keys = keys
    with pytest.raises(Unavailable, match="cannot be fetched"):
        await issuer.verify(token(server))


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.tuples(st.text(), st.text(), st.text()))
async def test_whatever_is_no_token_is_refused(issuer: Issuer, parts: tuple[str, str, str]) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.verify(".".join(parts))
