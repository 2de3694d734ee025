"""Light and dark, narrow and wide, printed, and accessible, as axe checks it."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from footnote.contracts import UploadPolicy
from footnote.errors import Unavailable
from tests.system.page.questions import GUIDE, ask, marks
from tests.system.page.standin import StandIn, citation, document, response, statement
from tests.system.page.test_api_key import BLOCKED

LONG = "an-exceedingly-long-name-without-any-space-" * 4
DARK = "rgb(24, 22, 19)"
LIGHT = "rgb(251, 249, 244)"


def fill(answer: StandIn) -> None:
    answer.terms = UploadPolicy(allowed=True, limit=1_000_000, private=True, groups=["staff", "board"])
    answer.hold(GUIDE)
    answer.hold(document("", name="d2", title=LONG, state="failed", reason="It is encrypted."))
    answer.hold(document("", name="d3", state="deleted"))
    first = citation(GUIDE, "Footnote answers questions.")
    second = citation(GUIDE, "Every statement carries a footnote.", 2, supported=False)
    table = f"| Name | Price |\n|---|---|\n| {LONG} | 12 [1] |"
    text = f"It answers [1].\n\n- {LONG}\n- It is from 1987 [2].\n\n```\n{LONG}\n```\n\n{table}"
    doubt = statement(text, "- It is from 1987 [2].", 2, supported=False)
    answer.answer(response(text, [first, second], grounded=False, statements=[doubt]))


def tour(page: Page, answer: StandIn) -> list[str]:
    """Show everything there is to see; returns what axe finds wrong and what the window cannot hold."""
    faults: list[str] = []

    def look(place: str) -> None:
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))")
        violations = Axe().run(page).response["violations"]
        faults.extend(f"{place}: {found['id']} {found['nodes'][0]['html']}" for found in violations)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{place}: wider than the window")

    look("welcome")
    ask(page)
    expect(page.locator(".colophon")).to_be_visible()
    look("answer")
    marks(page).first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    look("preview")
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    look("document")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Documents").click()
    page.get_by_label("Show deleted documents").check()
    for name in (LONG, "d1", "d1"):
        notes = {"name": name, "mimeType": "text/plain", "buffer": b"Tea."}
        page.locator("#files").set_input_files(notes)  # type: ignore[arg-type]
    expect(page.get_by_text("You already added a document with this name")).to_be_visible()
    look("documents")
    page.keyboard.press("Escape")
    answer.refusal = Unavailable("retrieve does not answer.")
    ask(page)
    expect(page.get_by_role("alert")).to_be_visible()
    look("error")
    return faults


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_fits_and_is_accessible(
    context: BrowserContext, answer: StandIn, width: int, scheme: Literal["light", "dark"]
) -> None:
    fill(answer)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(answer.url)
    assert tour(page, answer) == []


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_theme_is_the_systems_until_the_reader_chooses(page: Page, answer: StandIn) -> None:
    page.emulate_media(color_scheme="dark")
    assert background(page) == DARK
    toggle = page.get_by_role("button", name="Dark theme")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    assert background(page) == LIGHT
    page.reload()
    assert background(page) == LIGHT
    expect(toggle).to_have_attribute("aria-pressed", "false")


def test_the_drawer_of_a_narrow_window_keeps_the_focus_and_closes_by_a_click_beside_it(
    page: Page, answer: StandIn
) -> None:
    fill(answer)
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Documents").click()
    expect(page.get_by_role("dialog", name="Documents")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#panel, body').id || 'body'") in {
            "panel",
            "body",
        }
        assert not page.evaluate("document.activeElement.matches('main *, header *')")
    page.mouse.click(180, 20)
    expect(page.locator("#panel")).to_be_hidden()


def test_an_open_panel_follows_the_width_of_the_window(page: Page, answer: StandIn) -> None:
    fill(answer)
    page.get_by_role("button", name="Documents").click()
    expect(page.locator("#panel:not(:modal)")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("#panel:modal")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 740})
    expect(page.locator("#panel:not(:modal)")).to_be_visible()


def test_nothing_moves_with_reduced_motion(browser: Browser, answer: StandIn) -> None:
    fill(answer)
    page = browser.new_page(reduced_motion="reduce")
    page.goto(answer.url)
    page.get_by_role("button", name="Documents").click()
    assert page.evaluate("document.getAnimations().length") == 0
    page.close()


def test_only_the_conversation_is_printed(page: Page, answer: StandIn) -> None:
    fill(answer)
    page.emulate_media(color_scheme="dark")
    ask(page, "What is it? " * 60)
    expect(page.locator(".colophon")).to_be_visible()
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    page.emulate_media(color_scheme="dark", media="print")
    assert background(page) == "rgb(255, 255, 255)"
    for shown in (".question", ".answer", ".footnotes"):
        expect(page.locator(shown)).to_be_visible()
    for unusable in ("#ask", "#panel", ".masthead", ".actions", ".skip"):
        expect(page.locator(unusable)).to_be_hidden()
    box = page.locator(".question").evaluate("(node) => node.scrollHeight - node.clientHeight")
    assert box <= 1


def test_text_from_right_to_left_is_shown_so(page: Page, answer: StandIn) -> None:
    sentence = "تفتح المكتبة أبوابها في الساعة 9 صباحا (من الأحد إلى الخميس)."
    guide = document(sentence, title="دليل المكتبة")
    answer.hold(guide)
    answer.answer(response(f"{sentence} [1]\n\n- نعم (9:00)\n- لا", [citation(guide, sentence)]))
    page.get_by_label("Your question").fill("متى؟")
    expect(page.locator("#question")).to_have_css("direction", "rtl")
    ask(page, "متى تفتح المكتبة (بالضبط)؟")
    expect(page.locator(".colophon")).to_be_visible()
    marks(page).first.hover()
    marks(page).first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    answer_places = (".question", ".answer p", ".answer li", ".footnotes bdi")
    for place in (*answer_places, "#panel-title", ".reader .text p"):
        expect(page.locator(place).first).to_have_css("direction", "rtl")
    for place in (".footnotes li", ".colophon", ".reader .path"):
        expect(page.locator(place).first).to_have_css("direction", "ltr")


def test_without_storage_the_theme_can_be_changed_back(page: Page) -> None:
    page.add_init_script(BLOCKED.replace("sessionStorage", "localStorage"))
    page.reload()
    toggle = page.get_by_role("button", name="Dark theme")
    for colour, pressed in ((DARK, "true"), (LIGHT, "false"), (DARK, "true")):
        toggle.click()
        assert background(page) == colour
        expect(toggle).to_have_attribute("aria-pressed", pressed)
