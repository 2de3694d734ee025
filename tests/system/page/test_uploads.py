"""Uploading documents on the page, until they are indexed or fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from footnote.contracts import UploadPolicy
from tests.system.footnote_up import FootnoteUp
from tests.system.page.questions import ask
from tests.system.page.standin import StandIn, document

OPEN = UploadPolicy(allowed=True, limit=1_000_000, private=False)
GUARDED = UploadPolicy(allowed=True, limit=1_000_000, private=True, groups=["staff", "board"])
NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"The house tea is a Darjeeling."}

DRAG = """([name, content, kinds]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([content], name, { type: "text/plain" }));
  for (const kind of kinds) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""

UNSENT = """() => {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = () => {
    XMLHttpRequest.prototype.send = send;
    throw new DOMException("Not this one.", "NetworkError");
  };
}"""
"""Lets the browser throw at the first upload."""


def drag(page: Page, *kinds: str) -> None:
    page.evaluate(DRAG, ["tea.txt", "The house tea is a Darjeeling.", list(kinds)])


def visit(page: Page, url: str) -> None:
    """Return when the page knows that files may be added."""
    page.goto(url)
    expect(page.locator("#add:not([hidden])")).to_be_attached()


def library(page: Page) -> Locator:
    page.get_by_role("button", name="Documents").click()
    return page.get_by_role("dialog", name="Documents")


@pytest.fixture
def open_page(context: BrowserContext, answer: StandIn) -> Page:
    answer.terms = OPEN
    page = context.new_page()
    visit(page, answer.url)
    return page


def test_an_upload_is_polled_until_it_is_indexed(open_page: Page, answer: StandIn) -> None:
    panel = library(open_page)
    panel.get_by_label("Add documents").last.set_input_files(NOTES)  # type: ignore[arg-type]
    entry = panel.locator(".entries li")
    expect(entry).to_have_text("notes.txtIn the bucket, being read …")
    assert answer.uploaded == [("notes.txt", {"replaces": ["false"]}, NOTES["buffer"])]
    answer.hold(document("", name="notes.txt", key="uploads/notes.txt", etag="another"))
    answer.hold(document("Tea.", name="notes.txt", key="uploads/notes.txt", etag="1"))
    expect(entry).to_contain_text("Indexed: ask about it")
    entry.get_by_role("button", name="Dismiss notes.txt").click()
    expect(entry).to_have_count(0)


def test_an_upload_is_polled_on_after_a_malformed_response(open_page: Page, answer: StandIn) -> None:
    open_page.route("**/documents?prefix=*", lambda route: route.fulfill(body="<p>Sign in"))
    panel = library(open_page)
    with open_page.expect_response("**/documents?prefix=*"):
        panel.get_by_label("Add documents").last.set_input_files(NOTES)  # type: ignore[arg-type]
    open_page.unroute("**/documents?prefix=*")
    answer.hold(document("Tea.", name="notes.txt", key="uploads/notes.txt", etag="1"))
    expect(panel.locator(".entries li")).to_contain_text("Indexed: ask about it")


def test_a_file_that_cannot_be_read_says_why(open_page: Page, answer: StandIn) -> None:
    panel = library(open_page)
    failed = {"state": "failed", "reason": "It is encrypted.", "etag": "1", "key": "uploads/notes.txt"}
    answer.hold(document("", name="notes.txt", **failed))
    panel.get_by_label("Add documents").last.set_input_files(NOTES)  # type: ignore[arg-type]
    expect(panel.locator(".entries li")).to_contain_text("It is encrypted.")
    expect(open_page.locator("#announcer")).to_have_text("notes.txt: failed It is encrypted.")


def test_a_file_that_is_too_large_is_not_sent(open_page: Page, answer: StandIn) -> None:
    panel = library(open_page)
    large = {**NOTES, "buffer": b"x" * 1_000_001}
    panel.get_by_label("Add documents").last.set_input_files(large)  # type: ignore[arg-type]
    expect(panel.locator(".entries li")).to_contain_text("It is larger than 1 MB.")
    assert answer.uploaded == []


def test_a_name_that_is_taken_is_replaced_when_the_reader_says_so(
    open_page: Page, answer: StandIn
) -> None:
    answer.uploaded.append(("notes.txt", {}, b"old"))
    panel = library(open_page)
    panel.get_by_label("Add documents").last.set_input_files(NOTES)  # type: ignore[arg-type]
    entry = panel.locator(".entries li")
    expect(entry).to_contain_text("You already added a document with this name.")
    entry.get_by_role("button", name="Replace notes.txt").click()
    expect(entry).to_contain_text("being read")
    assert answer.uploaded[-1] == ("notes.txt", {"replaces": ["true"]}, NOTES["buffer"])


def test_a_file_that_the_browser_does_not_send_fails_and_the_next_one_is_sent(
    open_page: Page, answer: StandIn
) -> None:
    open_page.evaluate(UNSENT)
    panel = library(open_page)
    both = [NOTES, {**NOTES, "name": "more.txt"}]
    panel.get_by_label("Add documents").last.set_input_files(both)  # type: ignore[arg-type]
    expect(panel.locator(".entries li")).to_have_text(
        ["more.txtIn the bucket, being read …", "notes.txtThe browser could not send the file.Dismiss"]
    )
    assert [name for name, _, _ in answer.uploaded] == ["more.txt"]


def test_an_upload_with_a_foreign_response_fails(open_page: Page) -> None:
    open_page.route("**/uploads/*", lambda route: route.fulfill(status=201, body="<p>Sign in"))
    panel = library(open_page)
    panel.get_by_label("Add documents").last.set_input_files(NOTES)  # type: ignore[arg-type]
    expect(panel.locator(".entries .failed")).to_contain_text("Footnote answered with status 201.")


def test_files_may_be_dropped_anywhere(open_page: Page, answer: StandIn) -> None:
    drag(open_page, "dragenter", "dragover")
    expect(open_page.get_by_role("heading", name="Drop to add")).to_be_visible()
    expect(open_page.locator("#drop p")).to_have_text("Everyone who can ask here can read what you add.")
    drag(open_page, "dragleave")
    expect(open_page.locator("#drop")).to_be_hidden()
    drag(open_page, "dragenter", "dragover", "drop")
    expect(open_page.get_by_role("dialog", name="Documents").locator(".entries li")).to_be_visible()
    expect(open_page.locator("#drop")).to_be_hidden()
    assert [name for name, _, _ in answer.uploaded] == ["tea.txt"]


def test_without_uploads_a_dropped_file_changes_nothing(page: Page, answer: StandIn) -> None:
    panel = library(page)
    expect(panel.get_by_text("Add documents")).to_be_hidden()
    drag(page, "dragenter", "dragover")
    expect(page.locator("#drop")).to_be_hidden()
    drag(page, "drop")
    expect(page.get_by_role("heading", name="Ask your documents.")).to_be_visible()
    assert answer.uploaded == []


def test_an_upload_can_be_shared_with_groups(open_page: Page, answer: StandIn) -> None:
    answer.terms = GUARDED
    open_page.reload()
    panel = library(open_page)
    expect(panel.get_by_text("Only you can read what you add.")).to_be_visible()
    panel.get_by_label("board").check()
    expect(panel.get_by_text("You and board can read what you add.")).to_be_visible()
    panel.get_by_label("Add documents").last.set_input_files(NOTES)  # type: ignore[arg-type]
    expect(panel.locator(".entries li")).to_contain_text("being read")
    assert answer.uploaded[0][1] == {"replaces": ["false"], "groups": ["board"]}
    answer.hold(document("A", name="a", groups=["private:key:ada"]))
    answer.hold(document("B", name="b", groups=["board", "private:key:ada"]))
    expect(panel.locator(".documents li").first).to_contain_text("only for you")
    expect(panel.locator(".documents li").last).to_contain_text("for board")


def test_an_empty_index_lets_files_be_chosen(open_page: Page) -> None:
    expect(open_page.get_by_text("Drop files on this page")).to_be_visible()
    with open_page.expect_file_chooser() as chooser:
        open_page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(NOTES)  # type: ignore[arg-type]
    expect(open_page.locator(".entries li")).to_contain_text("notes.txt")


def test_a_dropped_file_is_answered_from(context: BrowserContext, footnote: FootnoteUp) -> None:
    page = context.new_page()
    visit(page, footnote.url)
    drag(page, "dragenter", "drop")
    expect(page.locator(".entries li")).to_contain_text("Indexed: ask about it")
    ask(page, "Which tea is the house tea?")
    expect(page.locator(".answer")).to_contain_text("Darjeeling")
    assert Path(footnote.bucket, "uploads/tea.txt").read_text() == "The house tea is a Darjeeling."
