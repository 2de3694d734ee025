"""The page of a Footnote that asks who asks."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.system.page.asking import ANSWER, GUIDE, ask, marks
from tests.system.page.standin import StandIn

REFUSAL = "A key has letters, digits and plain signs, and no space between them. Copy yours once more."
BLOCKED = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
})"""
"""What a browser does that is told to keep no data of sites."""


def give(page: Page, key: str) -> None:
    page.get_by_label("Your key").fill(key)
    page.keyboard.press("Enter")


def test_who_gives_the_key_is_answered(page: Page, answer: StandIn) -> None:
    answer.key = "fn_secret"
    answer.hold(GUIDE)
    answer.answer(ANSWER)
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("those who have a key")
    give(page, "fn_wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    give(page, " fn_secret ")
    expect(page.locator(".footnotes li")).to_have_count(2)
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_be_visible()


def test_the_documents_are_shown_once_the_key_is_given(page: Page, answer: StandIn) -> None:
    answer.key = "fn_secret"
    answer.hold(GUIDE)
    page.reload()
    page.get_by_role("button", name="Documents").click()
    give(page, "fn_secret")
    expect(page.get_by_role("button", name="A guide")).to_be_visible()
    expect(page.get_by_label("Your key")).to_be_hidden()


def test_a_key_is_kept_for_the_tab_alone(page: Page, context: BrowserContext, answer: StandIn) -> None:
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    ask(page)
    give(page, "fn_secret")
    expect(page.locator(".footnotes li")).to_have_count(2)
    page.reload()
    ask(page)
    expect(page.locator(".footnotes li")).to_have_count(2)
    other = context.new_page()
    other.goto(answer.url)
    ask(other)
    expect(other.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("pasted", ["\u201cfn_secret\u201d", "\u2013 fn_secret", "fn_\u200bsecret"])
def test_what_came_along_when_the_key_was_copied_is_left_out(
    page: Page, answer: StandIn, pasted: str
) -> None:
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    ask(page)
    give(page, pasted)
    expect(page.locator(".footnotes li")).to_have_count(2)


@pytest.mark.parametrize("pasted", ["fn\u2013secret", "fn_ secret", "\u200b"])
def test_what_cannot_be_a_key_is_refused_at_its_field(page: Page, answer: StandIn, pasted: str) -> None:
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    ask(page)
    give(page, pasted)
    expect(page.get_by_label("Your key")).to_have_js_property("validationMessage", REFUSAL)
    give(page, "fn_secret")
    expect(page.locator(".footnotes li")).to_have_count(2)


def test_a_key_that_no_header_can_carry_is_asked_for_again(page: Page, answer: StandIn) -> None:
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    page.evaluate("sessionStorage.setItem('footnote-key', 'fn\u2013secret')")
    page.reload()
    ask(page)
    give(page, "fn_secret")
    expect(page.locator(".footnotes li")).to_have_count(2)


def test_a_browser_that_keeps_nothing_has_the_key_until_the_page_is_left(
    page: Page, answer: StandIn
) -> None:
    page.add_init_script(BLOCKED)
    page.reload()
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    ask(page)
    give(page, "fn_secret")
    expect(page.locator(".footnotes li")).to_have_count(2)
    ask(page)
    expect(page.locator(".footnotes li")).to_have_count(4)
