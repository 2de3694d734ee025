from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from footnote.errors import FootnoteError
from footnote.serving import error_response
from functions.answer import page

app = Starlette(
    routes=page.routes,
    exception_handlers={FootnoteError: lambda _, error: error_response(error)},
)
client = TestClient(app)
FILES = sorted(path for path in page.FOLDER.iterdir() if path.suffix in page.MEDIA_TYPES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_served_with_its_type_and_the_policy(path: Path) -> None:
    response = client.get(f"/assets/{path.name}")
    assert response.content == path.read_bytes()
    assert response.headers["content-type"].startswith(page.MEDIA_TYPES[path.suffix])
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]


def test_a_file_that_the_browser_has_is_not_sent_again() -> None:
    first = client.get("/")
    again = client.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.get("/", headers={"if-none-match": '"other"'}).content == first.content


def test_the_page_names_every_file_it_needs_so_that_none_waits_for_another() -> None:
    named = set(re.findall(r'(?:href|src)="assets/([\w.]+)"', client.get("/").text))
    assert named == {path.name for path in FILES} - {"index.html"}


@pytest.mark.parametrize("name", ["__init__.py", "missing.js", "..%2f__init__.py", ".%2e", "%00"])
def test_nothing_else_of_the_folder_is_served(name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_reaches_outside_or_builds_markup_from_text(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(
        r"https?://|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bon\w+=", text
    )
    assert " style=" not in text
    assert "<style" not in text
    assert len(text.splitlines()) <= 300
