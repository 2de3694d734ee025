import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from footnote.bucket import Bucket
from footnote.bucket.client import region
from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.settings import Settings
from tests.listening import listening


class Storage(ThreadingHTTPServer):
    """An S3 server without objects that records who sends requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.dropped = 0
        """How many connections are still closed at once."""

    def verify_request(self, *_: object) -> bool:
        self.dropped -= 1
        return self.dropped < 0


class _Handler(BaseHTTPRequestHandler):
    server: Storage

    def do_HEAD(self) -> None:
        self.server.asked.append(self.headers["authorization"])
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def storage() -> Iterator[Storage]:
    server = Storage()
    with listening(server):
        yield server


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pkcs8, unencrypted = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, pkcs8, unencrypted).decode()


class Keys:
    """The secret files of a bucket, and the key that the header of a request names."""

    def __init__(self, folder: Path, private_key: str) -> None:
        self.folder = folder
        self.private_key = private_key

    def put(self, scheme: str, who: str) -> None:
        account = {"client_email": who, "private_key": self.private_key, "private_key_id": "1"}
        files = {
            "s3": {"s3-access-key-id": who, "s3-secret-access-key": "secret"},
            "gs": {"gcs-service-account": json.dumps(account)},
            "az": {"azure-account-name": who, "azure-account-key": "a2V5"},
        }
        for name, text in files[scheme].items():
            (self.folder / name).write_text(text)

    def who(self, authorization: str) -> str:
        kind, _, given = authorization.partition(" ")
        if kind == "Bearer":
            claims = jwt.decode(given, options={"verify_signature": False})
            return str(claims["iss"])
        found = re.search(r"(?:Credential=)?(\w+)[/:]", given)
        assert found
        return found.group(1)


@pytest.fixture
def secrets(tmp_path: Path, private_key: str) -> Keys:
    return Keys(tmp_path, private_key)


def opened(scheme: str, storage: Storage, secrets: Keys) -> Bucket:
    endpoint = f"http://127.0.0.1:{storage.server_port}"
    return Bucket.from_settings(
        Settings(bucket=f"{scheme}://docs", bucket_endpoint=endpoint, secrets=secrets.folder)
    )


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
async def test_the_next_request_uses_a_replaced_key(
    scheme: str, storage: Storage, secrets: Keys
) -> None:
    secrets.put(scheme, "one")
    bucket = opened(scheme, storage, secrets)
    for who in ["one", "two"]:
        secrets.put(scheme, who)
        assert await bucket.head("a") is None
        assert secrets.who(storage.asked[-1]) == who


@pytest.mark.parametrize("scheme", ["s3", "gs"])
async def test_the_next_request_uses_a_key_added_after_opening(
    scheme: str, storage: Storage, secrets: Keys
) -> None:
    bucket = opened(scheme, storage, secrets)
    secrets.put(scheme, "late")
    assert await bucket.head("a") is None
    assert secrets.who(storage.asked[-1]) == "late"


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
async def test_storage_that_accepts_no_connection_for_a_moment_is_asked_as_often_as_a_function(
    scheme: str, storage: Storage, secrets: Keys
) -> None:
    storage.dropped = len(CONNECT_BACKOFF)
    secrets.put(scheme, "one")
    assert await opened(scheme, storage, secrets).head("a") is None


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        ({"bucket_region": "eu-north-1"}, {"AWS_REGION": "eu-west-1"}, "eu-north-1"),
        ({}, {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
        ({}, {"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({}, {"AWS_REGION": ""}, "us-east-1"),
    ],
)
def test_the_region_comes_from_the_settings_or_else_from_awss_variables(
    given: dict[str, str], environ: dict[str, str], expected: str
) -> None:
    assert region(Settings.model_validate(given), environ) == expected
