"""How the page polls the list of documents, and when it stops so that functions can scale to zero."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from footnote.contracts import UploadPolicy
from tests.system.page.questions import GUIDE
from tests.system.page.standin import StandIn, document

LIST = "**/documents?*"
STEP = 3
"""Seconds: the page looks no more often."""


@pytest.fixture
def looks() -> list[Request]:
    """What the page asked about its documents, as far as that has come to an end."""
    return []


@pytest.fixture
def page(context: BrowserContext, answer: StandIn, looks: list[Request]) -> Page:
    """A page with a clock that tests can put forward, and with a list of documents that is shown."""

    def keep(request: Request) -> None:
        if "state=indexed" in request.url and "after=" not in request.url:
            looks.append(request)

    answer.hold(GUIDE)
    answer.terms = UploadPolicy(allowed=True, limit=1_000_000, private=False)
    page = context.new_page()
    page.on("requestfinished", keep)
    page.clock.install()
    page.goto(answer.url)
    page.get_by_role("button", name="Documents").click()
    expect(page.get_by_role("button", name="A guide")).to_be_visible()
    return page


def pass_time(page: Page, seconds: int, looks: list[Request]) -> int:
    """How often the page looks in that time, which it notices all at once."""
    before = len(looks)
    page.clock.run_for(seconds * 1000)
    # What the page asked for is answered by then.
    page.evaluate("fetch('uploads').then((response) => response.json())")
    return len(looks) - before


def pass_minute(page: Page, looks: list[Request]) -> int:
    """How often the page looks in the next minute."""
    return sum(pass_time(page, STEP, looks) for _ in range(0, 60, STEP))


def fall_asleep(page: Page, looks: list[Request]) -> bool:
    """Whether the page looks no more at the end of an hour in which nobody does anything."""
    return [pass_time(page, 120, looks) for _ in range(30)][-3:] == [0, 0, 0]


def press_a_key(page: Page) -> None:
    page.keyboard.press("Shift")


def click(page: Page) -> None:
    page.locator(".summary").click()


def come_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def add(page: Page) -> None:
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Tea."}
    page.locator("#files").set_input_files(notes)  # type: ignore[arg-type]


def test_an_idle_page_polls_with_backoff_and_then_stops(page: Page, looks: list[Request]) -> None:
    first, second, *_, last_but_one, last = (pass_minute(page, looks) for _ in range(8))
    assert first > second > 0
    assert (last_but_one, last) == (0, 0)


@pytest.mark.parametrize("sign", [press_a_key, click, come_back, add])
def test_a_page_that_is_used_again_polls_at_once_and_often(
    page: Page, answer: StandIn, looks: list[Request], sign: Callable[[Page], None]
) -> None:
    assert fall_asleep(page, looks)
    answer.hold(document("A text.", name="d2", title="Just dropped"))
    sign(page)
    expect(page.get_by_role("button", name="Just dropped")).to_be_visible()
    assert pass_minute(page, looks) > 5


def test_a_change_keeps_a_page_polling(page: Page, answer: StandIn, looks: list[Request]) -> None:
    for number in range(5):
        assert pass_minute(page, looks) > 0
        answer.hold(document("A text.", name=f"n{number}", title=f"Number {number}"))
    assert pass_minute(page, looks) > 0


@pytest.mark.parametrize("body", ["<p>Sign in", '{"documents": ['])
def test_a_malformed_response_is_shown_and_the_page_polls_on(
    page: Page, looks: list[Request], body: str
) -> None:
    page.route(LIST, lambda route: route.fulfill(body=body))
    page.clock.run_for(STEP * 1000)
    expect(page.locator(".summary")).to_contain_text("The response is not from Footnote")
    page.unroute(LIST)
    page.clock.run_for(STEP * 1000)
    expect(page.locator(".summary")).to_have_text("1 document")


def test_only_the_first_page_of_many_documents_is_polled(
    page: Page, answer: StandIn, looks: list[Request]
) -> None:
    for number in range(1001):
        answer.hold(document("", name=f"e{number:04d}", title=f"Report {number}"))
    page.clock.run_for(STEP * 1000)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".summary")).to_have_text("1,002 documents")
    later: list[str] = []
    page.on("request", lambda request: later.append(request.url) if "after=" in request.url else None)
    assert pass_minute(page, looks) > 5
    assert later == []
    answer.documents.pop(0)
    page.clock.run_for(STEP * 1000)
    expect(page.locator(".summary")).to_have_text("1,001 documents")


def test_relative_times_are_updated_while_nothing_else_happens(
    page: Page, answer: StandIn, looks: list[Request]
) -> None:
    answer.hold(document("A text.", name="d2", title="Just dropped"))
    row = page.get_by_role("button", name="Just dropped")
    page.clock.run_for(STEP * 1000)
    row.focus()
    before = row.locator("time").inner_text()
    assert fall_asleep(page, looks)
    expect(row.locator("time")).not_to_have_text(before)
    expect(row).to_be_focused()
