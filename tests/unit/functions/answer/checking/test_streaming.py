"""Answers that arrive in pieces, and whatever pieces they may consist of."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.contracts import Citation
from functions.answer.checking.citations import CitationChecker
from tests.unit.functions.answer.checking.answers import ALSO_TRUE, FALSE, QUESTION, TRUE, UNKNOWN, check
from tests.unit.functions.answer.samples import two

PIECES = [
    *(TRUE, ALSO_TRUE, FALSE, UNKNOWN, "Kawann Short", "hits[0]", "`x[1]`", "a", "9300", " not"),
    *(" [1]", "[2]", "[1, 2]", "[9]", "【1】", "[0]", "[", "]", "(", "![", "](//evil)", "<img src=x>"),
    *(". ", ".", "! ", "\n", "\n\n- ", "# ", ": ", "```\n", "~~~\n", " "),
    *("https://evil.example/", "\u202e", "é"),
]
WORDS = [
    *(TRUE, ALSO_TRUE, FALSE, " 12 ", " Dr. ", " no. ", " • ", " (b) ", ' "', '" ', " '", " - "),
    *(". ", ".", "! ", "? ", ": ", "; ", "  ", " ", "\n", "\n\n", "\n- ", "\n1. ", "# ", "^ "),
]
outputs = st.lists(st.sampled_from(PIECES), max_size=25)


@pytest.mark.parametrize(
    "text",
    [
        "A <b title='It is so. You are' onclick=go()>ship</b>",
        "A <b\nonclick=go()>ship</b>",
        "<x. Y onclick=go()>",
        "[ref]:\n/evil\n\nSee [ref].",
    ],
)
def test_markup_is_removed_also_when_it_arrives_in_parts(text: str) -> None:
    for size in (1, 3, 100):
        answer = check(*(text[at : at + size] for at in range(0, len(text), size)))[0].answer
        assert not re.search(r"<[a-z][^<>]*onclick|\]:", answer)


def test_each_citation_comes_before_the_text_with_its_marker() -> None:
    _, events = check(f"{TRUE} [2]. {ALSO_TRUE} [1].")
    known: set[int] = set()
    for event in events:
        if isinstance(event, Citation):
            known.add(event.number)
        else:
            assert set(map(int, re.findall(r"\[(\d+)\]", event))) <= known


def test_a_number_that_begins_a_statement_is_not_taken_for_its_marker() -> None:
    footnotes, _ = check(f"{TRUE}. 12 ", "people know it [2].")
    assert footnotes.answer == f"{TRUE}. [1] 12 people know it [2]."


def test_a_removed_link_leaves_the_text_around_it() -> None:
    footnotes, _ = check(f"So  {TRUE}, ", "see https://evil.example/ for that [2].")
    assert footnotes.answer == f"So  {TRUE}, see for that [1]."


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_plain_words_come_out_as_they_came_in(pieces: list[str]) -> None:
    answer = check(*pieces)[0].answer
    assert re.sub(r" \[\d+\]", "", answer) == "".join(pieces).rstrip()


def test_text_comes_out_before_its_statement_is_whole() -> None:
    footnotes = CitationChecker(two(), QUESTION)
    assert "".join(map(str, footnotes.feed("Elasticsearch listens on po"))) == "Elasticsearch listens on"


@settings(deadline=None, max_examples=300)
@given(outputs)
def test_whatever_a_model_says_every_quote_is_in_the_document_where_the_citation_says(
    pieces: list[str],
) -> None:
    footnotes, events = check(*pieces)
    texts = {passage.document: passage for passage in two()}
    for citation in footnotes.citations:
        passage = texts[citation.document]
        start, end = citation.start - passage.start, citation.end - passage.start
        assert 0 <= start < end <= len(passage.text)
        assert passage.text[start:end] == citation.quote
    assert [citation.number for citation in footnotes.citations] == list(
        range(1, len(footnotes.citations) + 1)
    )
    assert [event for event in events if isinstance(event, Citation)] == footnotes.citations


@settings(deadline=None, max_examples=300)
@given(outputs)
def test_whatever_a_model_says_the_pieces_are_the_answer_and_statements_lie_in_it(
    pieces: list[str],
) -> None:
    footnotes, events = check(*pieces)
    assert "".join(event for event in events if isinstance(event, str)) == footnotes.answer
    for statement in footnotes.statements:
        text = footnotes.answer[statement.start : statement.end]
        assert text == text.strip() != ""
        listed = "```" in footnotes.answer or "~~~" in footnotes.answer
        assert statement.citations or not statement.supported or listed
        assert all(f"[{number}]" in text for number in statement.citations)


@settings(deadline=None, max_examples=300)
@given(outputs)
def test_whatever_a_model_says_no_foreign_link_and_no_image_comes_through(pieces: list[str]) -> None:
    answer = check(*pieces)[0].answer
    assert "https:" not in answer
    assert "](" not in answer
    assert "<img" not in answer
