from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import S3Store

from footnote.settings import Settings
from tests.unit.footnote.bucket.objects import write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, "elsewhere/upload", "new")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
async def settings(s3: str, tmp_path: Path) -> Settings:
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{s3}/moto-api/reset"),
        session.put(f"{s3}/docs"),
    ):
        pass
    (tmp_path / "s3-access-key-id").write_text("key")
    (tmp_path / "s3-secret-access-key").write_text("secret")
    return Settings(bucket="s3://docs", bucket_endpoint=s3, secrets=tmp_path)


@pytest.fixture
async def client(settings: Settings) -> S3Store:
    return S3Store(
        "docs",
        endpoint=settings.bucket_endpoint,
        client_options={"allow_http": True},
        access_key_id="k",
        secret_access_key="s",
        region="us-east-1",
    )
