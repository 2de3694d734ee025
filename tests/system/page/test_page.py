"""The page with all functions running: real documents, real answers."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests import files
from tests.system.footnote_up import FootnoteUp
from tests.system.page.questions import ask, marks

SENTENCE = "The lighthouse of Cape Sorrel was painted green by its keeper Ottoline Marsh in 1931."


def opened(context: BrowserContext, footnote: FootnoteUp) -> Page:
    page = context.new_page()
    page.goto(footnote.url)
    return page


def test_from_a_question_to_the_passage(context: BrowserContext, footnote: FootnoteUp) -> None:
    footnote.put("page/lighthouse.pdf", files.pdf(SENTENCE))
    footnote.becomes("page/lighthouse.pdf", "indexed")
    page = opened(context, footnote)
    ask(page, "Who painted the lighthouse of Cape Sorrel?")
    expect(page.locator(".answer")).to_contain_text("Ottoline Marsh")
    note = page.locator(".footnotes li", has_text="Ottoline Marsh")
    expect(note).to_contain_text("A report, page 2")
    marks(page).first.click()
    panel = page.get_by_role("dialog", name="A report")
    expect(panel.locator("mark")).to_have_text(note.locator("q").inner_text().strip("“”"))
    expect(panel.locator("mark")).to_be_in_viewport()
    expect(panel.get_by_text("Page 2")).to_be_visible()
    expect(panel.get_by_text("page/lighthouse.pdf")).to_be_visible()


def test_every_example_is_answered_from_the_sample_documents(
    context: BrowserContext, footnote: FootnoteUp
) -> None:
    page = opened(context, footnote)
    examples = page.locator("#examples button")
    expect(examples).to_have_count(3)
    for question in examples.all_inner_texts():
        page.get_by_role("button", name=question).click()
        expect(page.locator(".colophon")).to_be_visible()
        expect(page.locator(".footnotes li").first).to_be_visible()
        page.get_by_role("button", name="New conversation").click()


def test_a_question_that_the_documents_do_not_answer_is_refused(
    context: BrowserContext, footnote: FootnoteUp
) -> None:
    page = opened(context, footnote)
    ask(page, "Which horse won the Grand National of 1911?")
    expect(page.locator(".refused")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("Try other words")
    expect(page.locator(".footnotes li")).to_have_count(0)


def test_the_list_follows_the_bucket(context: BrowserContext, footnote: FootnoteUp) -> None:
    page = opened(context, footnote)
    page.get_by_role("button", name="Documents").click()
    list = page.get_by_role("dialog", name="Documents").locator(".documents li")
    footnote.put("page/broken.pdf", b"%PDF-1.4 and no more")
    broken = list.filter(has_text="page/broken.pdf")
    expect(broken).to_contain_text("It is a broken or truncated PDF")
    footnote.put("page/broken.pdf", files.pdf("It is mended."))
    expect(broken).to_contain_text("2 chunks")
    (footnote.bucket / "page/broken.pdf").unlink()
    expect(broken).to_have_count(0)
