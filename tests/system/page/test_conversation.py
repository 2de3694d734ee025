"""Asking, reading and asking on, with every way in which an answer can end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from footnote.errors import RateLimited, Unavailable
from functions.answer.conversation import LONGEST
from tests.system.page.asking import ANSWER, GUIDE, ask, marks
from tests.system.page.standin import HANG, ID, StandIn, citation, response, statement


def test_an_answer_is_set_with_its_footnotes(page: Page, answer: StandIn) -> None:
    answer.answer(ANSWER)
    ask(page)
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    expect(page.locator(".answer")).to_have_text("It answers questions.1 Each statement has a note.2")
    expect(page.locator(".footnotes li")).to_have_text(
        ["A guide. Footnote answers questions.", "A guide. Every statement carries a footnote."]
    )
    expect(page.get_by_text("Quoted from your documents, without a language model")).to_be_visible()


def test_an_answer_is_shown_while_it_comes(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "The first word"}), ("delta", {"text": "s [1"}), HANG]
    ask(page)
    expect(page.locator(".answer")).to_have_text("The first words")


def test_paragraphs_lists_and_listings_are_set_as_such(page: Page, answer: StandIn) -> None:
    text = "First.\n\n- one\n- *two*\n\n1. **three**\n\n```\nmake  run\n```\n\nUse `make`.\nNew line."
    answer.answer(response(text))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer ul li")).to_have_text(["one", "two"])
    expect(page.locator(".answer ol strong")).to_have_text("three")
    assert page.locator(".answer pre").text_content() == "make  run"
    assert page.locator(".answer > p").last.inner_text() == "Use make.\nNew line."


def test_a_listing_is_what_stands_between_two_lines_of_its_fence(page: Page, answer: StandIn) -> None:
    answer.answer(response("```make``` is run.\n\n~~~sh\nmake  run\n~~~\n\n````\nmake `x`\n````\nEnd."))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer > p")).to_have_text(["``make`` is run.", "End."])
    assert page.locator(".answer pre").all_text_contents() == ["make  run", "make `x`"]


def test_a_statement_that_no_footnote_bears_out_is_marked(page: Page, answer: StandIn) -> None:
    doubtful = citation(GUIDE, "Footnote answers questions.", 2, supported=False)
    text = "😀 All good [1].\n\n- It is from 1987 [2]. Nobody knows.\n- More."
    statements = [
        statement(text, "😀 All good [1].", 1),
        statement(text, "- It is from 1987 [2].", 2, supported=False),
        statement(text, "Nobody knows.", supported=False),
        statement(text, "- More."),
    ]
    citations = [ANSWER.citations[0], doubtful]
    answer.answer(response(text, citations, grounded=False, statements=statements))
    ask(page)
    expect(page.locator(".unsupported")).to_have_text(
        ["It is from 1987.2 not supported", "Nobody knows. not supported"]
    )
    expect(page.locator(".answer li")).to_have_count(2)
    expect(page.locator(".footnotes li").last).to_contain_text("does not bear it out")
    expect(page.locator(".notice")).to_contain_text("What is underlined is not borne out")


def test_what_did_not_go_as_it_should_is_said(page: Page, answer: StandIn) -> None:
    answer.answer(response("Here is what I found.", notices=["Found by keywords only."]))
    ask(page)
    expect(page.locator(".notice")).to_have_text("Found by keywords only.")


def test_a_refusal_says_what_may_help(page: Page, answer: StandIn) -> None:
    answer.answer(response("The documents do not say.", refused=True, grounded=False))
    ask(page)
    expect(page.locator(".answer")).to_have_text("The documents do not say.")
    expect(page.locator(".notice")).to_contain_text("Other words may find it")


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


def test_a_stream_that_fails_midway_keeps_what_came(page: Page, answer: StandIn) -> None:
    error: dict[str, object] = {"error": {"type": "unavailable", "message": "The model stopped."}}
    answer.script = [("delta", {"text": "Half an answ"}), ("error", error)]
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("The model stopped.")
    expect(page.locator(".answer")).to_have_text("Half an answ")


def test_a_stream_that_just_ends_is_an_error(page: Page, answer: StandIn) -> None:
    answer.script = [("delta", {"text": "Half an answ"})]
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("broke before the answer was complete")


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


def test_a_new_conversation_knows_nothing_of_the_old_one(page: Page, answer: StandIn) -> None:
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
    answer.answer(ANSWER)
    page.reload()
    page.get_by_role("button", name="What is Footnote?").click()
    expect(page.locator(".footnotes li")).to_have_count(2)


def test_the_keyboard_is_enough(page: Page, answer: StandIn) -> None:
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


def test_a_reader_says_what_an_answer_was_worth(page: Page, answer: StandIn) -> None:
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
    expect(page.locator(".said")).to_have_text("That could not be recorded")
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
        " What is underlined is not borne out by your documents. 1 footnote."
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
    question.fill("😀" * LONGEST)
    expect(send).to_be_enabled()
    question.fill("😀" * (LONGEST + 1))
    expect(page.get_by_text("8,001 characters; a question may have 8,000")).to_be_visible()
    expect(send).to_be_disabled()
    page.keyboard.press("Enter")
    expect(question).to_have_js_property("value", "😀" * (LONGEST + 1))
    question.fill("What is it?")
    expect(page.get_by_text("a question may have")).to_be_hidden()
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


def test_a_budget_that_is_spent_says_when_there_is_more(page: Page, answer: StandIn) -> None:
    page.clock.set_fixed_time("2026-03-02T10:00:00")
    spent = "Your 20000 tokens of today are spent; new ones come at 00:00 UTC."
    answer.refusal = RateLimited(spent, retry_after=5 * 3600)
    ask(page)
    expect(page.get_by_role("alert")).to_have_text(
        f"{spent} Footnote asks for patience until 15:00.Try again"
    )
    answer.refusal = RateLimited(spent, retry_after=15 * 3600)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("patience until Tuesday 01:00")


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (200, {}, "What answered is not Footnote"),
        (401, {}, "those who have a key"),
        (429, {"retry-after": "Mon, 02 Mar 2026 10:01:00 GMT"}, "60 seconds"),
        (502, {"retry-after": "7"}, "starting or overloaded"),
        (504, {}, "took too long"),
    ],
)
def test_what_another_on_the_way_answers_is_told_for_what_it_is(
    page: Page, status: int, headers: dict[str, str], said: str
) -> None:
    page.clock.set_fixed_time("2026-03-02T10:00:00Z")
    html = {"body": "<p>Sign in</p>", "content_type": "text/html"}
    page.route("**/chat", lambda route: route.fulfill(status=status, headers=headers, **html))
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text(said)


def test_a_statement_whose_mark_stands_in_a_paragraph_of_its_own_is_marked_too(
    page: Page, answer: StandIn
) -> None:
    text = "All is well.\n\n[1]\n\nThe end."
    doubt = statement(text, "All is well.\n\n[1]", 1, supported=False)
    quote = citation(GUIDE, "Footnote answers questions.", supported=False)
    answer.answer(response(text, [quote], grounded=False, statements=[doubt]))
    ask(page)
    expect(page.locator(".unsupported")).to_have_text("All is well. not supported")
    expect(page.locator(".answer > p")).to_have_text(["All is well. not supported", "1", "The end."])


def test_tables_rules_and_bold_are_drawn_as_such(page: Page, answer: StandIn) -> None:
    text = (
        "| Lantern | Price |\n|:---|---:|\n| Orion | **12** |\n| Vega \\| Lyra | 48 [1] |\n\n---\n\n"
        "See __this one__, __Vega__ and __init__ of a_b__c__d.\n- - -\n- one"
    )
    doubt = statement(text, "| Vega \\| Lyra | 48 [1] |", 1, supported=False)
    quote = citation(GUIDE, "Footnote answers questions.", supported=False)
    answer.answer(response(text, [quote], grounded=False, statements=[doubt]))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer th")).to_have_text(["Lantern", "Price"])
    expect(page.locator(".answer td")).to_have_text(["Orion", "12", "Vega | Lyra", "481 not supported"])
    expect(page.locator(".answer td strong")).to_have_text("12")
    expect(page.locator(".answer hr")).to_have_count(2)
    expect(page.locator(".answer > p")).to_have_text("See this one, Vega and __init__ of a_b__c__d.")
    expect(page.locator(".answer > p strong")).to_have_text(["this one", "Vega"])
    expect(page.locator(".answer li")).to_have_text("one")


def test_a_table_that_comes_in_pieces_ends_as_one(page: Page, answer: StandIn) -> None:
    answer.answer(response("Prices:\n| A | B |\n|---|---|\n| 1 |\nThat is all."))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer > *")).to_have_count(3)
    expect(page.locator(".answer td")).to_have_text(["1"])
