"""A conversation stays in the history of its tab."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.system.page.questions import ANSWER, GUIDE, ask, marks
from tests.system.page.standin import HANG, StandIn


def ask_and_wait(page: Page, question: str) -> None:
    answered = page.locator(".colophon").count()
    ask(page, question)
    expect(page.locator(".colophon")).to_have_count(answered + 1)


def test_a_conversation_is_there_after_a_reload_and_goes_on(page: Page, answer: StandIn) -> None:
    answer.hold(GUIDE)
    answer.answer(ANSWER)
    ask_and_wait(page, "What is it?")
    page.reload()
    expect(page.locator(".question")).to_have_text("What is it?")
    expect(page.locator(".answer")).to_have_text("It answers questions.1 Each statement has a note.2")
    expect(page.locator(".footnotes li")).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("")
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_have_text("Footnote answers questions.")
    ask_and_wait(page, "And then?")
    assert [message["content"] for message in answer.asked[-1]] == [
        "What is it?",
        ANSWER.answer,
        "And then?",
    ]


def test_back_from_another_page_brings_the_conversation_back(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask_and_wait(page, "What is it?")
    page.goto(f"{answer.url}documents")
    page.go_back()
    expect(page.locator(".question")).to_have_text("What is it?")


def test_back_brings_back_what_a_new_conversation_replaced(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask_and_wait(page, "What is it?")
    page.get_by_role("button", name="New conversation").click()
    ask_and_wait(page, "Who are you?")
    page.get_by_role("link", name="Footnote", exact=True).click()
    expect(page.locator(".turn")).to_have_count(0)
    page.go_back()
    expect(page.locator(".question")).to_have_text("Who are you?")
    page.go_back()
    expect(page.locator(".question")).to_have_text("What is it?")
    page.go_forward()
    expect(page.locator(".question")).to_have_text("Who are you?")


def test_a_link_within_the_page_keeps_the_conversation(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask_and_wait(page, "What is it?")
    page.get_by_role("link", name="Skip to the question").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{answer.url}#question")
    expect(page.locator(".question")).to_have_text("What is it?")
    page.reload()
    expect(page.locator(".question")).to_have_text("What is it?")


def test_a_question_that_a_reload_interrupted_can_be_asked_again(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "On and on"}), HANG]
    ask(page, "What is it?")
    expect(page.locator(".answer")).to_have_text("On and on")
    page.reload()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    answer.answer(ANSWER)
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".footnotes li")).to_have_count(2)
    expect(page.locator(".question")).to_have_text(["What is it?"])


def test_another_tab_shows_nothing_of_a_conversation(
    page: Page, answer: StandIn, context: BrowserContext
) -> None:
    answer.answer(ANSWER)
    ask_and_wait(page, "What is it?")
    other = context.new_page()
    other.goto(answer.url)
    expect(other.get_by_role("heading", name="Ask your documents.")).to_be_visible()
    expect(other.locator(".turn")).to_have_count(0)
