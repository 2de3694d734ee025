"""What the page shows when there is no answer, or only a part of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from footnote.errors import RateLimited, Unavailable
from tests.system.page.questions import ANSWER, ask
from tests.system.page.standin import StandIn


def test_an_error_says_what_to_do_and_can_be_tried_again(page: Page, answer: StandIn) -> None:
    answer.refusal = Unavailable("retrieve does not answer.", retry_after=2)
    ask(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("retrieve does not answer.")
    expect(alert).to_contain_text("2 seconds")
    answer.refusal = None
    answer.answer(ANSWER)
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".footnotes li")).to_have_count(2)
    expect(page.locator(".turn")).to_have_count(1)
    assert answer.asked[1] == [{"role": "user", "content": "What is it?"}]


def test_without_a_connection_the_question_is_not_lost(
    page: Page, answer: StandIn, context: BrowserContext
) -> None:
    context.set_offline(True)
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("Footnote cannot be reached.")
    context.set_offline(False)
    answer.answer(ANSWER)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".footnotes li")).to_have_count(2)


def test_too_many_questions_are_told_to_wait(page: Page, answer: StandIn) -> None:
    answer.refusal = RateLimited("20 questions a minute are allowed.", retry_after=30)
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("30 seconds")


def test_a_stream_that_fails_midway_keeps_its_text(page: Page, answer: StandIn) -> None:
    error: dict[str, object] = {"error": {"type": "unavailable", "message": "The model stopped."}}
    answer.script = [("delta", {"text": "Half an answ"}), ("error", error)]
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("The model stopped.")
    expect(page.locator(".answer")).to_have_text("Half an answ")


def test_a_stream_that_just_ends_is_an_error(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "Half an answ"})]
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("broke before the answer was complete")


def test_a_spent_budget_says_until_when_to_wait(page: Page, answer: StandIn) -> None:
    page.clock.set_fixed_time("2026-03-02T10:00:00")
    spent = "Too few of your 20000 daily tokens are left; they reset at 00:00 UTC."
    answer.refusal = RateLimited(spent, retry_after=5 * 3600)
    ask(page)
    expect(page.get_by_role("alert")).to_have_text(f"{spent} Please wait until 15:00.Try again")
    answer.refusal = RateLimited(spent, retry_after=15 * 3600)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("Please wait until Tuesday 01:00")


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (200, {}, "The response is not from Footnote"),
        (401, {}, "Enter your API key"),
        (429, {"retry-after": "Mon, 02 Mar 2026 10:01:00 GMT"}, "60 seconds"),
        (502, {"retry-after": "7"}, "starting or overloaded"),
        (504, {}, "took too long"),
    ],
)
def test_a_response_of_a_proxy_is_explained(
    page: Page, status: int, headers: dict[str, str], said: str
) -> None:
    page.clock.set_fixed_time("2026-03-02T10:00:00Z")
    html = {"body": "<p>Sign in</p>", "content_type": "text/html"}
    page.route("**/chat", lambda route: route.fulfill(status=status, headers=headers, **html))
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text(said)
