"""How the Markdown of an answer is rendered, and its unsupported statements marked."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.system.page.questions import ANSWER, GUIDE, ask
from tests.system.page.standin import StandIn, citation, response, statement


def test_paragraphs_lists_and_code_blocks_are_rendered(page: Page, answer: StandIn) -> None:
    text = "First.\n\n- one\n- *two*\n\n1. **three**\n\n```\nmake  run\n```\n\nUse `make`.\nNew line."
    answer.answer(response(text))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer ul li")).to_have_text(["one", "two"])
    expect(page.locator(".answer ol strong")).to_have_text("three")
    assert page.locator(".answer pre").text_content() == "make  run"
    assert page.locator(".answer > p").last.inner_text() == "Use make.\nNew line."


def test_a_code_block_is_the_text_between_two_fences(page: Page, answer: StandIn) -> None:
    answer.answer(response("```make``` is run.\n\n~~~sh\nmake  run\n~~~\n\n````\nmake `x`\n````\nEnd."))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer > p")).to_have_text(["``make`` is run.", "End."])
    assert page.locator(".answer pre").all_text_contents() == ["make  run", "make `x`"]


def test_tables_rules_and_bold_text_are_rendered(page: Page, answer: StandIn) -> None:
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


def test_a_streamed_table_ends_as_one(page: Page, answer: StandIn) -> None:
    answer.answer(response("Prices:\n| A | B |\n|---|---|\n| 1 |\nThat is all."))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer > *")).to_have_count(3)
    expect(page.locator(".answer td")).to_have_text(["1"])


def test_an_unsupported_statement_is_marked(page: Page, answer: StandIn) -> None:
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
    expect(page.locator(".footnotes li").last).to_contain_text("does not support it")
    expect(page.locator(".notice")).to_contain_text("Your documents do not support what is underlined")


def test_an_unsupported_statement_with_its_mark_in_another_paragraph_is_marked(
    page: Page, answer: StandIn
) -> None:
    text = "All is well.\n\n[1]\n\nThe end."
    doubt = statement(text, "All is well.\n\n[1]", 1, supported=False)
    quote = citation(GUIDE, "Footnote answers questions.", supported=False)
    answer.answer(response(text, [quote], grounded=False, statements=[doubt]))
    ask(page)
    expect(page.locator(".unsupported")).to_have_text("All is well. not supported")
    expect(page.locator(".answer > p")).to_have_text(["All is well. not supported", "1", "The end."])
