from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.routing import Route

from footnote.bucket.folder import is_ignored
from footnote.calls import http
from footnote.errors import InvalidRequest
from footnote.serving import Function
from footnote.settings import Settings
from functions.answer.auth.authenticator import Authenticator, Caller
from functions.answer.endpoints.uploads import Uploads, folder_of, safe_name
from functions.answer.limits import Quotas
from functions.answer.limits.admission import AdmissionControl
from functions.answer.limits.memory import MemoryLimiter


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("notes.md", "notes.md"),
        ("Jahresbericht 2025 (final).pdf", "Jahresbericht 2025 (final).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\notes.md", "notes.md"),
        ("a\0b\nc.txt", "a_b_c.txt"),
        ("100%25.txt", "100_25.txt"),
        ("u\u0308ber.txt", "über.txt"),
        ("日本語.pdf", "日本語.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_the_name_of_a_file_stays_as_it_is_where_it_can(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("name", ["", " ", ".", "..", "a/", ".env", "~$a.docx", "a~", "a.swp", "???"])
def test_a_name_that_buckets_pass_over_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="rename it"):
        safe_name(name)


@given(st.text())
def test_whatever_the_name_its_key_is_one_that_every_bucket_shows(name: str) -> None:
    try:
        key = safe_name(name)
    except InvalidRequest:
        return
    assert "/" not in key
    assert key.isprintable() or not key.isascii()
    assert len(key.encode()) <= 255 or not key.isascii()
    assert not is_ignored(key)
    assert safe_name(key) == key


class Ingest:
    """Takes what answer passes on."""

    def __init__(self) -> None:
        self.url = ""
        self.taken: list[tuple[dict[str, str], str, bytes]] = []
        """The parameters, the content type and the body of each."""

    async def put(self, request: web.Request) -> web.Response:
        given = dict(request.query), request.headers["content-type"], await request.read()
        self.taken.append(given)
        return web.json_response({"key": request.query["key"]}, status=201)


@pytest.fixture
async def ingest() -> AsyncIterator[Ingest]:
    ingest, app = Ingest(), web.Application()
    app.router.add_put("/objects", ingest.put)
    async with TestServer(app) as server:
        ingest.url = str(server.make_url("")).rstrip("/")
        yield ingest
        await http.close()


async def upload(
    ingest: Ingest, headers: dict[str, str], limiter: MemoryLimiter | None = None
) -> httpx.Response:
    settings = Settings(uploads=True, ingest_url=ingest.url)
    admission_control = AdmissionControl(settings, limiter or MemoryLimiter(Quotas()))
    put = Authenticator(settings).require(Uploads(settings, admission_control).put)
    function = Function(
        "answer", [Route("/uploads/{name}", put, methods=["PUT"])], admission_control.connect
    )
    app = Starlette(routes=[Route("/{path:path}", function.__call__, methods=["PUT"])])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://answer") as client:
        return await client.put("/uploads/a.md", content=b"Text.", headers=headers)


def outcomes(outcome: str) -> float:
    return REGISTRY.get_sample_value("footnote_uploads_total", {"outcome": outcome}) or 0


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, "send the file itself as the body."),
        ({"content-type": "Multipart/Mixed"}, "send the file itself as the body."),
        ({"content-encoding": "gzip"}, "Content-Encoding gzip"),
    ],
)
async def test_a_document_in_a_form_or_compressed_is_refused_and_counted(
    ingest: Ingest, headers: dict[str, str], message: str
) -> None:
    before = outcomes("invalid_request")
    refused = await upload(ingest, headers)
    assert (refused.status_code, ingest.taken) == (422, [])
    assert message in refused.json()["error"]["message"]
    assert outcomes("invalid_request") == before + 1


@pytest.mark.parametrize(
    ("headers", "content_type"),
    [
        ({}, "application/octet-stream"),
        ({"content-type": "text/markdown"}, "text/markdown"),
        ({"content-type": "application/x-www-form-urlencoded"}, "application/x-www-form-urlencoded"),
        ({"content-encoding": "identity"}, "application/octet-stream"),
    ],
)
async def test_a_document_that_comes_alone_is_passed_on_with_its_type_and_counted(
    ingest: Ingest, headers: dict[str, str], content_type: str
) -> None:
    """Also as curl sends it, which calls any body a form."""
    before = outcomes("uploaded")
    uploaded = await upload(ingest, headers)
    assert (uploaded.status_code, uploaded.json()) == (201, {"key": "uploads/a.md"})
    assert ingest.taken == [({"key": "uploads/a.md", "replaces": "false"}, content_type, b"Text.")]
    assert outcomes("uploaded") == before + 1


async def test_uploads_count_towards_the_rate_limit(ingest: Ingest) -> None:
    limiter = MemoryLimiter(Quotas(requests=1))
    first, second = [await upload(ingest, {}, limiter) for _ in range(2)]
    assert (first.status_code, first.headers["ratelimit"]) == (201, '"requests";r=0;t=60')
    assert (second.status_code, len(ingest.taken)) == (429, 1)


def test_each_caller_has_a_folder_of_its_own() -> None:
    names = [
        "key:ada",
        "key:ada-",
        "subject:ada",
        "subject:../x",
        "subject:a/b",
        "subject:日本",
        "key:Ada",
    ]
    folders = {folder_of(Caller(name)) for name in names}
    assert len(folders) == len(names)
    for folder in folders:
        assert folder.endswith("/")
        assert folder.count("/") == 1
        assert not is_ignored(folder + "a.md")
    assert folder_of(Caller("address:127.0.0.1", authenticated=False)) == ""


def test_the_folder_of_a_caller_never_changes() -> None:
    """An upload that is sent again is known by its key."""
    assert folder_of(Caller("key:ada")) == "ada-f760136dfc82/"
    assert folder_of(Caller(f"subject:{'a' * 80}")) == f"{'a' * 60}-84f200e51688/"
