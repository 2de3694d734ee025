from __future__ import annotations

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


async def upload(headers: dict[str, str]) -> tuple[int, str]:
    """The status and the message of an upload without ingest."""
    settings = Settings(uploads=True, ingest_url="http://127.0.0.1:9")
    admission_control = AdmissionControl(settings, MemoryLimiter(Quotas.from_settings(settings)))
    put = Authenticator(settings).require(Uploads(settings, admission_control).put)
    function = Function(
        "answer", [Route("/uploads/{name}", put, methods=["PUT"])], admission_control.connect
    )
    app = Starlette(routes=[Route("/{path:path}", function.__call__, methods=["PUT"])])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://answer") as client:
        response = await client.put("/uploads/a.md", content=b"Text.", headers=headers)
    await http.close()
    return response.status_code, response.json()["error"]["message"]


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=x", "Multipart/Mixed"])
async def test_a_document_in_a_form_is_told_to_come_alone(media_type: str) -> None:
    status, message = await upload({"content-type": media_type})
    assert status == 422
    assert "which is not supported: send the file itself as the body." in message


async def test_a_compressed_document_is_told_to_come_as_it_is() -> None:
    status, message = await upload({"content-encoding": "gzip"})
    assert status == 422
    assert "Content-Encoding gzip" in message


@pytest.mark.parametrize(
    "headers",
    [{}, {"content-type": "application/x-www-form-urlencoded"}, {"content-encoding": "identity"}],
)
async def test_a_document_that_comes_alone_is_passed_on(headers: dict[str, str]) -> None:
    """Also as curl sends it, which calls any body a form."""
    status, message = await upload(headers)
    assert status == 503
    assert message.startswith("http://127.0.0.1:9/objects cannot be reached")


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
