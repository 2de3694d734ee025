import hashlib
import logging
from pathlib import Path

import pytest
from starlette.requests import Request

from footnote.api_keys import generate_key
from footnote.errors import Misconfigured, Unauthenticated
from footnote.settings import Settings
from functions.answer.auth.authenticator import Authenticator, Caller


def request(authorization: str = "", address: str = "192.0.2.7") -> Request:
    headers = [(b"authorization", authorization.encode())] if authorization else []
    return Request({"type": "http", "headers": headers, "client": (address, 1234)})


def authenticator(secrets: Path, **given: object) -> Authenticator:
    return Authenticator(Settings.model_validate({"secrets": secrets, "auth": "required", **given}))


def write(secrets: Path, *lines: object) -> None:
    (secrets / "api-keys").write_text("\n".join(map(str, lines)))


async def test_the_holder_of_a_key_is_known_with_the_groups(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key, holder = generate_key("ada", ["staff", "board"])
    write(tmp_path, "# who may ask", "", "  ", f" {holder} ", generate_key("bob", [])[1])
    caller = await authenticator(tmp_path).identify(request(f"Bearer {key}"))
    assert caller == Caller("key:ada", ("staff", "board"))
    assert not caplog.records


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer fn_guess", "Basic YTpi", "Bearer a.b.c", "Bearer ключ"],
)
async def test_a_caller_without_a_valid_key_is_refused(tmp_path: Path, authorization: str) -> None:
    write(tmp_path, generate_key("ada", [])[1])
    with pytest.raises(Unauthenticated) as refused:
        await authenticator(tmp_path).identify(request(authorization))
    assert refused.value.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("authorization", ["Basic {}", "Token {}", "{}"])
async def test_a_key_counts_only_as_a_bearers(tmp_path: Path, authorization: str) -> None:
    key, holder = generate_key("ada", [])
    write(tmp_path, holder)
    with pytest.raises(Unauthenticated):
        await authenticator(tmp_path).identify(request(authorization.format(key)))


async def test_a_file_of_keys_that_cannot_be_read_is_no_file_without_keys(tmp_path: Path) -> None:
    (tmp_path / "api-keys").mkdir()
    with pytest.raises(Misconfigured, match="api-keys cannot be read"):
        await authenticator(tmp_path).identify(request("Bearer fn_key"))


async def test_the_hash_in_the_file_is_no_key(tmp_path: Path) -> None:
    key, holder = generate_key("ada", [])
    write(tmp_path, holder)
    with pytest.raises(Unauthenticated):
        await authenticator(tmp_path).identify(
            request(f"Bearer {hashlib.sha256(key.encode()).hexdigest()}")
        )


async def test_without_a_file_nobody_gets_in(tmp_path: Path) -> None:
    with pytest.raises(Unauthenticated):
        await authenticator(tmp_path).identify(request("Bearer fn_any"))


async def test_keys_come_and_go_with_the_file(tmp_path: Path) -> None:
    doorman = authenticator(tmp_path)
    key, holder = generate_key("ada", ["staff"])
    for lines, known in [((), False), ((holder,), True), ((), False)]:
        write(tmp_path, *lines)
        if known:
            assert (await doorman.identify(request(f"Bearer {key}"))).shared_groups == ("staff",)
        else:
            with pytest.raises(Unauthenticated):
                await doorman.identify(request(f"Bearer {key}"))


async def test_a_wrong_line_is_reported_by_number_and_harms_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key, holder = generate_key("ada", [])
    write(tmp_path, "bob:hunter2:", holder)
    await authenticator(tmp_path).identify(request(f"Bearer {key}"))
    assert "line 1" in caplog.text
    assert "hunter2" not in caplog.text


async def test_without_authentication_every_caller_is_admitted_without_groups_and_a_warning_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        doorman = authenticator(tmp_path, auth="off")
    assert "FOOTNOTE_AUTH is off" in caplog.text
    caller = await doorman.identify(request())
    assert (caller.client, caller.groups) == ("address:192.0.2.7", ())


async def test_a_group_of_ones_own_is_nobody_elses() -> None:
    callers = [
        Caller("key:ada"), Caller("subject:ada"), Caller("key:a,b"), Caller("subject:é"), Caller("key:é")
    ]  # fmt: skip
    groups = [caller.groups for caller in callers]
    assert len({group for [group] in groups}) == len(callers)
    for [group] in groups:
        assert group.isascii()
        assert "," not in group


def test_the_group_of_ones_own_never_changes() -> None:
    """Documents in buckets name it."""
    assert Caller("key:ada@example.org").private_group == "private:key:ada@example.org"
    assert Caller("subject:a,é").private_group == "private:subject:a%2C%C3%A9"


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "address:2001:db8:1:2::/64"),
        ("192.0.2.7", "address:192.0.2.7"),
        ("/run/socket", "address:/run/socket"),
    ],
)
async def test_an_ipv6_client_cannot_become_many(tmp_path: Path, address: str, client: str) -> None:
    doorman = authenticator(tmp_path, auth="off")
    assert (await doorman.identify(request(address=address))).client == client


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"oidc_issuer": "https://login.test"}, "FOOTNOTE_OIDC_AUDIENCE"),
        ({"oidc_issuer": "https://login.test", "auth": "off"}, "FOOTNOTE_AUTH=required"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    tmp_path: Path, given: dict[str, str], missing: str
) -> None:
    with pytest.raises(Misconfigured, match=missing):
        authenticator(tmp_path, **given)
