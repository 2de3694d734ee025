"""A question, its answer, and how to ask it on the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.system.page.standin import citation, document, response

GUIDE = document("Footnote answers questions. Every statement carries a footnote.")
ANSWER = response(
    "It answers questions [1]. Each statement has a note [2].",
    [
        citation(GUIDE, "Footnote answers questions."),
        citation(GUIDE, "Every statement carries a footnote.", 2),
    ],
)


def ask(page: Page, question: str = "What is it?") -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def marks(page: Page) -> Locator:
    return page.locator("a[role=doc-noteref]")
