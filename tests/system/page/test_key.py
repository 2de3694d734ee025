"""The page of a Footnote that asks who asks."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.system.page.asking import ANSWER, GUIDE, ask, marks
from tests.system.page.standin import StandIn


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
