"""Questions, answers and follow-up questions, and every way in which an answer can end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from footnote.errors import Unavailable
from functions.answer.question.conversation import MAX_CHARACTERS
from tests.system.page.questions import ANSWER, GUIDE, ask, marks
from tests.system.page.standin import HANG, ID, StandIn, citation, document, response, statement


def test_an_answer_is_shown_with_its_footnotes(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page)
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    expect(page.locator(".answer")).to_have_text("It answers questions.1 Each statement has a note.2")
    expect(page.locator(".footnotes li")).to_have_text(
        ["A guide. Footnote answers questions.", "A guide. Every statement carries a footnote."]
    )
    expect(page.get_by_text("Quoted from your documents, without a language model")).to_be_visible()


def test_an_answer_is_shown_while_it_is_streamed(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "The first word"}), ("delta", {"text": "s [1"}), HANG]
    ask(page)
    expect(page.locator(".answer")).to_have_text("The first words")


def test_the_notices_of_an_answer_are_shown(page: Page, answer: StandIn) -> None:
    answer.answer(response("Here is what I found.", notices=["Found by keywords only."]))
    ask(page)
    expect(page.locator(".notice")).to_have_text("Found by keywords only.")


def test_a_refusal_says_what_may_help(page: Page, answer: StandIn) -> None:
    answer.answer(response("The documents do not say.", refused=True, grounded=False))
    ask(page)
    expect(page.locator(".answer")).to_have_text("The documents do not say.")
    expect(page.locator(".notice")).to_contain_text("Try other words")


def test_an_answer_can_be_stopped(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "On and on"}), HANG]
    ask(page)
    expect(page.locator(".answer")).to_have_text("On and on")
    page.get_by_role("button", name="Stop answering").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    assert answer.left.wait(10), "the stream went on for nobody"


def test_a_follow_up_is_asked_with_what_was_answered_before(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page, "What is it?")
    expect(page.locator(".colophon")).to_have_count(1)
    answer.refusal = Unavailable("Not now.")
    ask(page, "And in vain?")
    expect(page.get_by_role("alert")).to_be_visible()
    answer.refusal = None
    ask(page, "And then?")
    expect(page.locator(".colophon")).to_have_count(2)
    expect(page.locator(".question")).to_have_text(["What is it?", "And in vain?", "And then?"])
    assert answer.asked[-1] == [
        {"role": "user", "content": "What is it?"},
        {"role": "assistant", "content": ANSWER.answer},
        {"role": "user", "content": "And then?"},
    ]


def test_a_new_conversation_sends_nothing_of_the_old_one(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page, "What is it?")
    expect(page.locator(".colophon")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="Ask your documents.")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who are you?")
    expect(page.locator(".colophon")).to_be_visible()
    assert answer.asked[-1] == [{"role": "user", "content": "Who are you?"}]


def test_an_example_is_asked_by_a_click(page: Page, answer: StandIn) -> None:
    answer.hold(GUIDE)
    answer.hold(document("Footnote answers questions.", name="what-footnote-is"))
    answer.answer(ANSWER)
    page.reload()
    page.get_by_role("button", name="What is Footnote?").click()
    expect(page.locator(".footnotes li")).to_have_count(2)


def test_examples_about_the_samples_are_not_offered_without_them(page: Page, answer: StandIn) -> None:
    answer.hold(GUIDE)
    page.reload()
    expect(page.locator("#count")).to_have_text("1")
    expect(page.locator("#examples")).to_be_hidden()


def test_the_keyboard_alone_is_enough(page: Page, answer: StandIn) -> None:
    answer.hold(GUIDE)
    answer.answer(ANSWER)
    question = page.get_by_label("Your question")
    page.get_by_role("link", name="Footnote", exact=True).focus()
    page.keyboard.press("/")
    expect(question).to_be_focused()
    page.keyboard.type("One")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two?")
    expect(question).to_have_value("One\ntwo?")
    page.keyboard.press("Enter")
    mark = marks(page).first
    expect(mark).to_have_accessible_name("Footnote 1: A guide")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(mark).to_be_focused()


def test_a_screen_reader_is_told_the_answer_once_it_is_complete(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page)
    expect(page.get_by_role("status")).to_have_text(
        "It answers questions.1 Each statement has a note.2 2 footnotes."
    )


def test_a_footnote_is_shown_beside_its_mark(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    preview = page.get_by_role("tooltip")
    marks(page).last.hover()
    expect(preview).to_contain_text("Every statement carries a footnote.")
    expect(preview).to_be_in_viewport(ratio=1)
    preview.hover()
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    page.get_by_label("Your question").focus()
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('a[role=doc-noteref]')"):
            break
    expect(page.locator("a[role=doc-noteref]:focus")).to_have_accessible_description(
        re.compile("Every statement carries a footnote.")
    )
    page.keyboard.press("Tab")
    expect(preview).to_be_hidden()


def test_an_answer_is_copied_with_its_footnotes(
    page: Page, answer: StandIn, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer.answer(ANSWER)
    ask(page)
    page.get_by_role("button", name="Copy the answer").click()
    expect(page.locator(".said")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(ANSWER.answer)
    assert "[2] A guide: “Every statement carries a footnote.”" in copied


def test_an_answer_can_be_rated(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page)
    good, bad = (page.get_by_role("button", name=name) for name in ("Good answer", "Bad answer"))
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "true")
    expect(good).to_have_attribute("aria-pressed", "false")
    assert answer.ratings == [(ID, "up"), (ID, "down")]
    answer.refusal = Unavailable("The broker is away.")
    good.click()
    expect(page.locator(".said")).to_have_text("Your rating could not be saved")
    expect(bad).to_have_attribute("aria-pressed", "true")


def test_escape_stops_the_answer_and_the_last_question_comes_back(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "On and on"}), HANG]
    ask(page, "What is it?")
    expect(page.locator(".answer")).to_have_text("On and on")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Stopped.")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Your question")).to_have_value("What is it?")


def test_a_screen_reader_is_told_what_is_drawn_and_what_is_wrong_with_it(
    page: Page, answer: StandIn
) -> None:
    text = "It is **from 1987** [1]."
    doubt = statement(text, text, 1, supported=False)
    quote = citation(GUIDE, "Footnote answers questions.", supported=False)
    notice = "Found by keywords only."
    answer.answer(response(text, [quote], grounded=False, statements=[doubt], notices=[notice]))
    ask(page)
    expect(page.get_by_role("status")).to_have_text(
        "It is from 1987.1 not supported Found by keywords only."
        " Your documents do not support what is underlined. 1 footnote."
    )


def test_a_long_question_does_not_hide_its_answer(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page, "The pump in hall seven stops and shows a code. " * 100)
    expect(page.locator(".answer")).to_be_in_viewport()
    whole = page.get_by_role("button", name="Show all")
    before = page.locator(".question").bounding_box()
    whole.click()
    after = page.locator(".question").bounding_box()
    assert before
    assert after
    assert after["height"] > 3 * before["height"]
    page.get_by_role("button", name="Show less").click()
    expect(page.locator(".answer")).to_be_in_viewport()


def test_a_question_that_is_too_long_says_so_and_is_not_cut(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    question = page.get_by_label("Your question")
    send = page.get_by_role("button", name="Ask", exact=True)
    question.fill("😀" * MAX_CHARACTERS)
    expect(send).to_be_enabled()
    question.fill("😀" * (MAX_CHARACTERS + 1))
    expect(page.get_by_text("8,001 characters; the limit is 8,000")).to_be_visible()
    expect(send).to_be_disabled()
    page.keyboard.press("Enter")
    expect(question).to_have_js_property("value", "😀" * (MAX_CHARACTERS + 1))
    question.fill("What is it?")
    expect(page.get_by_text("the limit is")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".colophon")).to_be_visible()
    assert [messages[-1]["content"] for messages in answer.asked] == ["What is it?"]


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}], ids=["chrome", "safari"])
def test_a_key_that_ends_or_cancels_a_composition_does_nothing_else(
    page: Page, answer: StandIn, sign: dict[str, object]
) -> None:
    answer.script = [("delta", {"text": "On and on"}), HANG]
    question = page.get_by_label("Your question")
    question.fill("東京")
    question.dispatch_event("keydown", {"key": "Enter", "cancelable": True, **sign})
    expect(page.locator(".turn")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_have_text("On and on")
    question.dispatch_event("keydown", {"key": "Escape", "cancelable": True, **sign})
    expect(page.get_by_text("Stopped.")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Stopped.")).to_be_visible()
