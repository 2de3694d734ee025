"""The page with authentication: the field for the API key."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.system.page.questions import ANSWER, GUIDE, ask, marks
from tests.system.page.standin import StandIn

REFUSAL = "An API key has only letters, digits and ASCII punctuation, without spaces. Copy yours again."
BLOCKED = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
})"""
"""What a browser does that is told to keep no data of sites."""


def give(page: Page, key: str) -> None:
    page.get_by_label("Your key").fill(key)
    page.keyboard.press("Enter")


def test_a_question_is_answered_once_the_key_is_entered(page: Page, answer: StandIn) -> None:
    answer.key = "fn_secret"
    answer.hold(GUIDE)
    answer.answer(ANSWER)
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("Enter your API key")
    give(page, "fn_wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    give(page, " fn_secret ")
    expect(page.locator(".footnotes li")).to_have_count(2)
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_be_visible()


def test_the_documents_are_shown_once_the_key_is_entered(page: Page, answer: StandIn) -> None:
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
    expect(page.locator(".footnotes li")).to_have_count(4)
    other = context.new_page()
    other.goto(answer.url)
    ask(other)
    expect(other.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("pasted", ["\u201cfn_secret\u201d", "\u2013 fn_secret", "fn_\u200bsecret"])
def test_characters_copied_along_with_a_key_are_removed(
    page: Page, answer: StandIn, pasted: str
) -> None:
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    ask(page)
    give(page, pasted)
    expect(page.locator(".footnotes li")).to_have_count(2)


@pytest.mark.parametrize("pasted", ["fn\u2013secret", "fn_ secret", "\u200b"])
def test_an_invalid_key_is_refused_at_its_field(page: Page, answer: StandIn, pasted: str) -> None:
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


def test_without_storage_the_key_is_kept_until_the_page_is_left(page: Page, answer: StandIn) -> None:
    page.add_init_script(BLOCKED)
    page.reload()
    answer.key = "fn_secret"
    answer.answer(ANSWER)
    ask(page)
    give(page, "fn_secret")
    expect(page.locator(".footnotes li")).to_have_count(2)
    ask(page)
    expect(page.locator(".footnotes li")).to_have_count(4)
