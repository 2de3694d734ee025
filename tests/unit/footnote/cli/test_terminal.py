"""Sanitizing names and texts from documents."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from footnote.cli.commands.search import command as search
from footnote.cli.commands.status import command as status
from footnote.cli.summaries import drift_lines, failure_lines
from footnote.cli.terminal import printable
from footnote.cli.up.console import UpConsole
from footnote.contracts import DocumentSummary, Passage, RetrieveResponse
from footnote.drift import Drift
from footnote.local.broker import Outcome
from tests.stub import Reply, Request, Stub

NASTY = "\x1b]0;pwned\x07\x1b[2J.txt"
HARMLESS = "�]0;pwned��[2J.txt"


def answer(request: Request) -> Reply:
    """A document, or a passage, that contains control characters."""
    if request.method == "GET":
        about = {"id": "d", "uri": f"file:///{NASTY}", "key": NASTY, "title": NASTY, "reason": NASTY}
        rest = {"version": "v", "chunks": 0, "content_type": "", "size": 1, "groups": [], "etag": ""}
        moments = {"modified_at": None, "indexed_at": datetime.now(UTC)}
        document = DocumentSummary.model_validate({**about, **rest, **moments, "state": "failed"})
        return Reply(body={"documents": [document.model_dump(mode="json")], "next": None})
    about = {"document": "d", "uri": f"file:///{NASTY}", "title": NASTY, "text": NASTY}
    place = {"version": "v", "headings": [NASTY], "page": None, "start": 0, "end": 9}
    hits = [Passage.model_validate({**about, **place, "score": 1.0, "cosine": None})]
    found = RetrieveResponse(hits=hits, index="i", coverage=1, took_ms=1)
    return Reply(body=found.model_dump_json())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (NASTY, HARMLESS),
        ("a\nindexed b\x9b2J", "a�indexed b�2J"),
        ("invoice\u202efdp.exe \udcff\u2028", "invoice�fdp.exe ��"),
        ("Bericht für 東京\u3000at 3.00\u202fPM, می\u200cخواهم 👩\u200d🔬", None),
    ],
)
def test_control_characters_are_replaced(text: str, left: str | None) -> None:
    assert printable(text) == (text if left is None else left)


@pytest.fixture
def url() -> Iterator[str]:
    with Stub(answer) as stub:
        yield stub.url


def test_status_replaces_control_characters(url: str, tmp_path: Path) -> None:
    printed = CliRunner().invoke(status, ["--url", url, "--state", str(tmp_path)]).output
    assert printed.count(HARMLESS) == 2
    assert "\x1b" not in printed


def test_search_replaces_control_characters(url: str, tmp_path: Path) -> None:
    printed = CliRunner().invoke(search, ["tea", "time", "--url", url, "--state", str(tmp_path)]).output
    assert printed.count(HARMLESS) == 3
    assert "\x1b" not in printed


def test_indexing_output_replaces_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(NASTY, "failed", NASTY)
    UpConsole().report(outcome)
    assert capsys.readouterr().out == f"failed {HARMLESS}: {HARMLESS}\n"
    assert failure_lines([outcome]) == [f"{HARMLESS}: {HARMLESS}"]
    drift = Drift([NASTY], [], [], [], [], 0, {})
    assert drift_lines(drift) == [f"new        {HARMLESS}"]
