"""Files that are broken or made to harm, through real processes: a reason for each, and no harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from footnote.events import object_changed_event, to_http
from tests import files, hostile
from tests.processes import Answer, System

MEMORY = 400_000_000
"""Bytes that the parser may use, and a few more than ingest itself ever should."""


class Site:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.system = System(folder, stack)
        self.system.start("embed")
        self.retrieve = self.system.start("retrieve")
        self.ingest = self.system.start("ingest", parse_timeout=2, parse_memory=MEMORY)

    def bring(self, name: str, content: hostile.Content) -> Answer:
        hostile.write(content, self.system.bucket / name)
        return self.deliver(name)

    def deliver(self, name: str) -> Answer:
        headers, body = to_http(object_changed_event(self.system.bucket.as_uri(), name))
        return self.ingest.post("/", body, headers, timeout=120)

    def document(self, name: str) -> dict[str, Any]:
        [found] = self.retrieve.get(f"/documents?prefix={name}").json["documents"]
        return dict(found)

    def text(self, name: str) -> str:
        document = self.retrieve.get(f"/documents/{self.document(name)['id']}").json
        return " ".join(passage["text"] for passage in document["passages"])

    def remove(self, name: str) -> None:
        (self.system.bucket / name).unlink()
        assert self.deliver(name).status == 200

    def peak(self) -> int:
        """Bytes that ingest used at most."""
        status = Path(f"/proc/{self.ingest.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path_factory.mktemp("hostile"), stack)


def reads_on(site: Site) -> bool:
    site.remove("next.txt") if (site.system.bucket / "next.txt").exists() else None
    return bool(site.bring("next.txt", b"The next file is read.").json["state"] == "indexed")


@pytest.mark.parametrize("name", hostile.FAILING)
def test_what_cannot_be_read_says_why_and_the_next_file_is_read(site: Site, name: str) -> None:
    content, reason = hostile.FAILING[name]
    refused = site.bring(name, content)
    assert (refused.status, refused.json["error"]["type"]) == (422, "unreadable")
    document = site.document(name)
    assert (document["state"], document["chunks"]) == ("failed", 0)
    assert re.search(reason, document["reason"]), document["reason"]
    assert reads_on(site)
    site.remove(name)


@pytest.mark.parametrize("name", hostile.HARMLESS)
def test_what_is_only_odd_is_read(site: Site, name: str) -> None:
    assert site.bring(name, hostile.HARMLESS[name]).json["state"] == "indexed"
    assert hostile.SENTENCE in site.text(name)
    site.remove(name)


def test_an_empty_file_is_indexed_and_says_that_it_is_empty(site: Site) -> None:
    assert site.bring("empty.pdf", b"").json["state"] == "indexed"
    assert site.document("empty.pdf")["reason"] == "It is empty."


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("letter.docx", hostile.WORD),
        ("slides.pptx", hostile.SLIDE),
        ("sheet.xlsx", hostile.SHEET),
    ],
)
def test_a_document_cannot_read_other_files(site: Site, name: str, member: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Nobody who reads a document is told this.")
    whole = files.FORMATS[name](hostile.SENTENCE)
    spying = hostile.changed(whole, member, hostile.spying(secret))
    assert spying != whole
    if site.bring(name, spying).status == 200:
        assert "Nobody who reads" not in site.text(name)
    site.remove(name)


def test_ingest_itself_stays_small(site: Site) -> None:
    assert site.bring("zeros.txt", 49_000_000).status == 422
    assert site.peak() < MEMORY
