"""Where the focus is after each action."""

from __future__ import annotations

import threading

from playwright.sync_api import Page, expect

from footnote.errors import Unavailable
from tests.system.page.questions import ANSWER, ask, marks
from tests.system.page.standin import HANG, StandIn, citation, document, response


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def test_asking_stopping_and_asking_again_move_the_focus(page: Page, answer: StandIn) -> None:
    question = page.get_by_label("Your question")
    stop = page.get_by_role("button", name="Stop answering")
    answer.script = [("delta", {"text": "On and on"}), HANG]
    question.fill("What?")
    press(page, "Ask")
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_focused()
    press(page, "Ask again")
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    answer.refusal = Unavailable("Not now.")
    press(page, "Ask again")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(question).to_be_focused()
    answer.refusal = None
    answer.answer(ANSWER)
    press(page, "Try again")
    expect(page.locator(".colophon")).to_be_visible()
    expect(question).to_be_focused()


def test_the_end_of_an_answer_leaves_the_focus_where_a_reader_put_it(
    page: Page, answer: StandIn
) -> None:
    answer.script = [("delta", {"text": "Draft."}), HANG]
    ask(page, "What?")
    expect(page.locator(".answer")).to_have_text("Draft.")
    page.get_by_role("button", name="Dark theme").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Stopped.")).to_be_visible()
    expect(page.get_by_role("button", name="Dark theme")).to_be_focused()


def test_a_footnote_keeps_the_focus_while_the_answer_goes_on(page: Page, answer: StandIn) -> None:
    go, end = threading.Event(), threading.Event()
    first, second = ANSWER.citations
    answer.script = [("delta", {"text": "It answers questions [1]. "}), ("citation", first), go]
    answer.script += [("delta", {"text": "Each statement has a note [2]."}), ("citation", second), end]
    answer.script += [("done", ANSWER)]
    ask(page)
    mark = marks(page).first
    mark.focus()
    go.set()
    expect(marks(page)).to_have_count(2)
    expect(mark).to_be_focused()
    page.locator(".footnotes a").first.focus()
    end.set()
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".footnotes a").first).to_be_focused()


def test_more_of_a_document_keeps_the_focus_near(page: Page, answer: StandIn) -> None:
    long = document("\n\n".join(f"Paragraph {number} of many." for number in range(350)))
    answer.hold(long)
    answer.answer(response("Yes [1].", [citation(long, "Paragraph 150 of many.")]))
    ask(page)
    marks(page).click()
    expect(page.locator("#panel mark")).to_be_focused()
    press(page, "Show what comes before")
    expect(page.locator(".reader .flows").first).to_have_text("Paragraph 0 of many.")
    expect(page.locator(".reader .flows").first).to_be_focused()
    press(page, "Show what comes after")
    expect(page.get_by_text("Paragraph 250 of many.")).to_be_focused()


def test_a_row_keeps_the_focus_when_another_comes_before_it(page: Page, answer: StandIn) -> None:
    answer.hold(document("A text.", name="b", title="Second"))
    page.get_by_role("button", name="Documents").click()
    row = page.get_by_role("button", name="Second")
    row.focus()
    answer.hold(document("A text.", name="a", title="First"))
    expect(page.locator(".documents .title")).to_have_text(["First", "Second"])
    expect(row).to_be_focused()
