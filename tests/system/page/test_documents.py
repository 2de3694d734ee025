"""The panel: a quote in its document, and the list of documents."""

from __future__ import annotations

import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from footnote.contracts import DocumentPassage
from tests.system.page.questions import GUIDE, ask, marks
from tests.system.page.standin import StandIn, citation, document, response

TEXT = "Limits\n\n😀 Files may be large. A file of 50 MB is read.\n\nLarger ones fail."
LARGER = TEXT.index("Larger")
PASSAGES = [
    DocumentPassage(
        ordinal=at, page=page, headings=["Limits"], start=start, end=end, text=TEXT[start:end]
    )
    for at, (page, start, end) in enumerate(
        [(1, 0, 31), (1, 10, LARGER - 2), (2, LARGER, len(TEXT))],
    )
]
QUOTE = "A file of 50 MB is read."


def test_a_footnote_opens_its_document_at_the_quote(page: Page, answer: StandIn) -> None:
    guide = document(TEXT, passages=PASSAGES, outline=["Limits"])
    answer.hold(guide)
    answer.answer(response("50 MB [1].", [citation(guide, QUOTE)]))
    ask(page)
    marks(page).click()
    panel = page.get_by_role("dialog", name="A guide")
    expect(panel.locator("mark")).to_have_text(QUOTE)
    expect(panel.locator("mark")).to_be_in_viewport()
    expect(panel.get_by_role("heading", name="Limits")).to_be_visible()
    expect(panel.locator(".page")).to_have_text(["Page 1", "Page 2"])
    expect(panel.locator(".flows")).to_have_text(
        ["😀 Files may be large. A file of 50 MB is read.", "Larger ones fail."]
    )
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_a_long_document_is_shown_around_the_quote_and_further_on_request(
    page: Page, answer: StandIn
) -> None:
    long = document("\n\n".join(f"Paragraph {number} of many." for number in range(30_000)))
    answer.hold(long)
    answer.answer(response("Yes [1].", [citation(long, "Paragraph 29900 of many.")]))
    ask(page)
    marks(page).click()
    paragraphs = page.locator("#panel .flows")
    expect(page.locator("#panel mark")).to_have_text("Paragraph 29900 of many.")
    expect(page.locator("#panel mark")).to_be_in_viewport()
    expect(paragraphs.first).to_have_text("Paragraph 29800 of many.")
    page.get_by_role("button", name="Show what comes before").click()
    expect(paragraphs.first).to_have_text("Paragraph 29700 of many.")
    expect(paragraphs.last).to_have_text("Paragraph 29999 of many.")
    expect(page.get_by_role("button", name="Show what comes after")).to_be_hidden()


def test_a_document_that_changed_is_not_marked_in_the_wrong_place(page: Page, answer: StandIn) -> None:
    answer.hold(document("Files may be small now. Only one of 5 MB is read."))
    answer.answer(response("50 MB [1].", [citation(document(TEXT), QUOTE)]))
    ask(page)
    marks(page).click()
    expect(page.get_by_text("This document has changed since it was quoted.")).to_be_visible()
    expect(page.locator("#panel mark")).to_have_text(QUOTE)


def test_a_deleted_document_still_shows_the_quote(page: Page, answer: StandIn) -> None:
    answer.answer(response("50 MB [1].", [citation(document(TEXT), QUOTE)]))
    ask(page)
    marks(page).click()
    expect(page.get_by_text("There is no document d1.")).to_be_visible()
    expect(page.locator("#panel mark")).to_have_text(QUOTE)


def test_every_heading_is_shown_as_one_wherever_its_passage_starts(page: Page, answer: StandIn) -> None:
    text = "Sizes\n\nFiles may be large.\n\nWhich buckets\n\nA folder, and S3."
    answer.hold(document(text, outline=["Sizes", "Which buckets"]))
    page.get_by_role("button", name="Documents").click()
    page.get_by_role("button", name="A guide").click()
    panel = page.get_by_role("dialog", name="A guide")
    expect(panel.get_by_role("heading", level=3)).to_have_text(["Sizes", "Which buckets"])
    expect(panel.locator(".flows")).to_have_text(["Files may be large.", "A folder, and S3."])


def test_hard_wrapped_lines_are_joined(page: Page, answer: StandIn) -> None:
    wrapped = (
        "A sentence that its writer broke at a width of some sixty\ncharacters flows together again."
    )
    listing = "first:\n    second\n    third"
    answer.hold(document(f"{wrapped}\n\n{listing}"))
    page.get_by_role("button", name="Documents").click()
    page.get_by_role("button", name="A guide").click()
    expect(page.locator("#panel .flows")).to_have_text(wrapped)
    expect(page.locator("#panel .lines")).to_have_text(listing)


def test_the_lines_of_a_log_stay_lines(page: Page, answer: StandIn) -> None:
    lines = [f"2026-10-{day}T08:12:00Z INFO order 77{day} shipped" for day in range(10, 16)]
    log = "\n".join([*lines, "2026-10-16T08:13:00Z ERROR gateway timeout, order 7716"])
    answer.hold(document(log))
    page.get_by_role("button", name="Documents").click()
    page.get_by_role("button", name="A guide").click()
    expect(page.locator("#panel .lines")).to_have_text(log)


def test_rows_of_a_table_stay_lines(page: Page, answer: StandIn) -> None:
    rows = "city: Bern; people: 134000; canton: Bern; founded: 1191\ncity: Biel; people: 55000"
    answer.hold(document(rows, content_type="text/csv"))
    page.get_by_role("button", name="Documents").click()
    page.get_by_role("button", name="A guide").click()
    expect(page.locator("#panel .lines")).to_have_text(rows)


def test_the_list_shows_the_state_of_each_document(page: Page, answer: StandIn) -> None:
    answer.hold(document("A text.", name="a", title="First", chunks=12))
    answer.hold(document("", name="b", title="", state="failed", chunks=0, reason="It is encrypted."))
    answer.hold(document("", name="c", title="Third", state="deleted", chunks=0))
    page.get_by_role("button", name="Documents").click()
    panel = page.get_by_role("dialog", name="Documents")
    expect(panel.get_by_text("2 documents, 1 of them could not be read")).to_be_visible()
    expect(panel.locator(".documents li")).to_have_text(
        ["Firsta.md12 chunks · just now", "b.mdIt is encrypted.Failed · just now"]
    )
    panel.get_by_label("Show deleted documents").check()
    expect(panel.locator(".documents li").last).to_have_text("Thirdc.mdDeleted · just now")
    panel.get_by_role("button", name="First").click()
    expect(page.locator("#panel")).to_contain_text("A text.")
    page.get_by_role("button", name="All documents").click()
    expect(panel.locator(".documents li")).to_have_count(3)


def test_from_a_document_the_reader_comes_back_to_where_it_was_found(
    page: Page, answer: StandIn
) -> None:
    reports(answer, 300)
    answer.hold(document("A text.", name="zebra", title="Report of zebras"))
    page.get_by_role("button", name="Documents").click()
    panel = page.get_by_role("dialog")
    search = panel.get_by_role("searchbox")
    row = panel.get_by_role("button", name="Report of zebras")
    for words in ("report", "zebra"):
        search.fill(words)
        row.click()
        expect(panel.locator(".reader")).to_contain_text("A text.")
        panel.get_by_role("button", name="All documents").click()
        expect(search).to_have_value(words)
        expect(row).to_be_in_viewport()
        expect(row).to_be_focused()
    answer.hold(document("Another text.", name="zebu", title="Report of zebus"))
    search.fill("zeb")
    expect(panel.locator(".title")).to_have_text(["Report of zebras", "Report of zebus"])


def test_an_empty_index_says_how_to_fill_it_and_notices_when_it_is(page: Page, answer: StandIn) -> None:
    expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()
    expect(page.get_by_text("Drop files in your bucket.")).to_be_visible()
    page.get_by_role("button", name="Documents 0").click()
    answer.hold(document("A text.", title="Just dropped"))
    expect(page.get_by_role("button", name="Just dropped")).to_be_visible()
    expect(page.get_by_role("button", name="Documents 1")).to_be_visible()
    expect(page.get_by_role("heading", name="No documents yet")).to_be_hidden()


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]], tuple[int, int]]:
    """A text, its passages as (page, start, end), between them at most white space, and a quote."""
    word = st.text("aé😀漢", min_size=1, max_size=4)
    space = st.sampled_from([" ", "\n", "\n\n"])
    text, cuts, page, start = "", [], 1, 0
    for _ in range(draw(st.integers(1, 6))):
        run = draw(word) + "".join(draw(space) + draw(word) for _ in range(draw(st.integers(0, 3))))
        text += run
        cuts.append((page, start, len(text)))
        turned = draw(st.booleans())
        page += turned
        if draw(st.booleans()):
            text += draw(space)
            start = len(text)
        else:
            start = len(text) if turned else draw(st.integers(cuts[-1][1], len(text) - 1))
    _, first, last = draw(st.sampled_from(cuts))
    begin = draw(st.integers(first, last - 1))
    return text, cuts, (begin, draw(st.integers(begin + 1, last)))


CUT = """async (passages, range) => {
  const { pages, splitAt } = await import("/assets/passages.js");
  return pages(passages).map((page) => splitAt(page, range));
}"""


@given(documents())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_quote_is_found_at_its_place(
    page: Page, drawn: tuple[str, list[tuple[int, int, int]], tuple[int, int]]
) -> None:
    text, cuts, (start, end) = drawn
    passages = [
        {"page": page, "start": first, "end": last, "text": text[first:last]}
        for page, first, last in cuts
    ]
    call = f"({CUT})({json.dumps(passages)}, {json.dumps({'start': start, 'end': end})})"
    sheets = page.evaluate(call)
    assert "".join(marked for _, marked, _ in sheets) == text[start:end]
    whole = "".join("".join(parts) for parts in sheets)
    assert "".join(whole.split()) == "".join(text.split())


def test_a_text_without_empty_lines_is_shown_around_the_quote_too(page: Page, answer: StandIn) -> None:
    log = document("\n".join(f"line {number} of a log" for number in range(130_000)))
    answer.hold(log)
    answer.answer(response("Yes [1].", [citation(log, "line 129990 of a log")]))
    ask(page)
    marks(page).click()
    expect(page.locator("#panel mark")).to_have_text("line 129990 of a log")
    expect(page.locator("#panel mark")).to_be_in_viewport()
    expect(page.locator(".reader[aria-busy]")).to_have_count(0)
    shown = page.locator("#panel .text").text_content() or ""
    assert shown.endswith("line 129999 of a log")
    assert shown.count("line") < 65_000


def test_a_document_that_cannot_be_rendered_does_not_look_like_loading(
    page: Page, answer: StandIn
) -> None:
    answer.hold(GUIDE)
    page.get_by_role("button", name="Documents").click()
    page.route("**/documents/d1", lambda route: route.fulfill(json={"passages": None}))
    page.evaluate("addEventListener('unhandledrejection', (event) => event.preventDefault())")
    page.get_by_role("button", name="A guide").click()
    expect(page.locator(".reader")).not_to_have_attribute("aria-busy", "true")


def reports(answer: StandIn, number: int) -> None:
    for nth in range(number):
        answer.hold(document("", name=f"{nth:05d}", title=f"Report {nth}", key=f"reports/{nth:05d}.md"))


def test_any_of_very_many_documents_can_be_found(page: Page, answer: StandIn) -> None:
    reports(answer, 1003)
    page.get_by_role("button", name="Documents").click()
    panel = page.get_by_role("dialog", name="Documents")
    expect(panel.locator(".summary")).to_have_text("1,000 documents and more")
    expect(page.get_by_role("button", name="Documents 1,000+")).to_be_visible()
    search = panel.get_by_role("searchbox")
    search.fill("report 77")
    expect(panel.locator(".title")).to_have_text(
        ["Report 77", *(f"Report {nth}" for nth in range(770, 780))]
    )
    search.fill("reports/01002")
    expect(panel.locator(".title")).to_have_text(["Report 1002"])
    search.fill("report nobody wrote")
    expect(panel.locator(".summary")).to_contain_text("No document listed")
    search.fill("")
    panel.get_by_role("button", name="Show more").click()
    expect(panel.locator(".summary")).to_have_text("1,003 documents")
    expect(panel.get_by_role("button", name="Show more")).to_be_hidden()
    expect(panel.locator(".title").last).to_have_text("Report 1002")


def test_deleted_documents_do_not_hide_others(page: Page, answer: StandIn) -> None:
    for nth in range(1001):
        answer.hold(document("", name=f"a{nth}", state="deleted", chunks=0))
    answer.hold(document("A text.", name="z", title="Still there"))
    page.reload()
    expect(page.get_by_role("button", name=re.compile(r"Documents 1$"))).to_be_visible()
    page.get_by_role("button", name="Documents").click()
    panel = page.get_by_role("dialog", name="Documents")
    expect(panel.locator(".summary")).to_have_text("1 document")
    expect(panel.locator(".title")).to_have_text("Still there")
