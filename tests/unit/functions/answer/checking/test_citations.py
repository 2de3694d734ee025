"""The citations of statements, whole."""

import re

import pytest

from functions.answer.checking.citations import CitationChecker
from tests.unit.functions.answer.checking.answers import (
    ALSO_TRUE,
    FALSE,
    QUESTION,
    TRUE,
    UNKNOWN,
    check,
    whole,
)
from tests.unit.functions.answer.samples import passage, two


def test_a_marker_leads_to_the_sentence_that_supports_the_statement() -> None:
    footnotes = whole(f"{TRUE} [2].")
    [citation] = footnotes.citations
    assert footnotes.answer == f"{TRUE} [1]."
    assert (citation.quote, citation.start, citation.supported) == (f"{TRUE}.", 7, True)
    assert footnotes.grounded


def test_a_citation_names_the_document_as_its_passage_does() -> None:
    source = two()[1].model_copy(update={"page": 3})
    footnotes = CitationChecker([source], QUESTION)
    _ = [*footnotes.feed(f"{TRUE} [1]."), *footnotes.close()]
    named = ("document", "uri", "version", "title", "page")
    [citation] = footnotes.citations
    assert [getattr(citation, name) for name in named] == [getattr(source, name) for name in named]


@pytest.mark.parametrize(
    "label", ["1. ", "3) ", "- ", "**1.** ", "**2. ", "**Step 4:** ", "It is so? **(5)** "]
)
def test_the_label_of_a_list_is_no_part_of_the_statement(label: str) -> None:
    """So a verbatim quote is supported, though it has few terms of the question."""
    quoted = passage("The ferry leaves at noon. See the notes.", "Ferries")
    footnotes = CitationChecker([quoted], "How long does the crossing to Tolm take with small children?")
    _ = [*footnotes.feed(f"{label}See the notes. [1]"), *footnotes.close()]
    assert footnotes.grounded


def test_a_marker_within_a_statement_does_not_part_a_name_from_what_is_said_of_it() -> None:
    assert whole("Elasticsearch [2] listens on port 9200 [2].").grounded
    assert not whole("The Panthers [1] listen on port 9200 [2].").grounded


def test_a_statement_that_its_passage_does_not_support_is_marked() -> None:
    footnotes = whole(f"{FALSE} [2].")
    assert not footnotes.citations[0].supported
    assert not footnotes.grounded


def test_one_unsupported_statement_is_enough_to_be_ungrounded() -> None:
    footnotes = whole(f"{TRUE} [2]. {FALSE} [2].")
    assert [statement.supported for statement in footnotes.statements] == [True, False]
    assert not footnotes.grounded


@pytest.mark.parametrize("number", [0, 3, 9])
def test_a_marker_without_a_passage_is_dropped_and_its_statement_is_unsupported(number: int) -> None:
    footnotes = whole(f"{TRUE} [{number}].")
    assert footnotes.answer == f"{TRUE}."
    assert not footnotes.citations
    assert not footnotes.grounded


def test_a_statement_without_a_marker_gets_one_if_a_passage_supports_it() -> None:
    footnotes = whole(f"{TRUE}. {FALSE}.")
    assert footnotes.answer == f"{TRUE}. [1] {FALSE}."
    assert [statement.supported for statement in footnotes.statements] == [True, False]


def test_numbers_follow_first_use_and_each_is_one_quote() -> None:
    footnotes = whole(f"{TRUE} [2]. {ALSO_TRUE} [1]. Again, {TRUE} [2].")
    assert re.findall(r"\[\d\]", footnotes.answer) == ["[1]", "[2]", "[1]"]
    assert [citation.number for citation in footnotes.citations] == [1, 2]


def test_each_part_of_a_statement_is_checked_against_its_own_markers() -> None:
    assert whole(f"{TRUE} [2], and {ALSO_TRUE} [1].").grounded
    assert whole(f"The sacks were 11 [1], and {TRUE} [2].").grounded
    assert not whole(f"{TRUE} [1], and {ALSO_TRUE} [2].").grounded


@pytest.mark.parametrize(
    "markers",
    [
        "[1, 2]",
        "[1; 2]",
        "[1][2]",
        "【1】【2】",
        "[^1][^2]",
        "[1-2]",
        "【1†a】【2:0†b】",
        "[Passages 1, 2]",
        "[1 and 2]",
        "[citation:1][citation:2]",
        "[cite: 1, 2]",
        "[Source: 1; Source: 2]",
        "[#1][Passage #2]",
        "［1］［2］",
        r"\[1\]\[2\]",
        "[[1]][[2]]",
        "[[1]](#1)[[2]](#2)",
        "<sup>[1]</sup><sup>[2]</sup>",
        "<sup>[1], [2]</sup>",
    ],
)
def test_markers_behind_a_full_stop_are_for_the_statement_before_it(markers: str) -> None:
    text = f"{ALSO_TRUE}. {markers} {TRUE}. [2]"
    for pieces in ([text], list(text)):
        footnotes, _ = check(*pieces)
        assert footnotes.answer == f"{ALSO_TRUE}. [1][2] {TRUE}. [3]"
        assert [statement.citations for statement in footnotes.statements] == [[1, 2], [3]]
        assert footnotes.grounded


@pytest.mark.parametrize("markers", ["[1],[2]", "[1], [2]", "[1] and [2]", "[1]/[2]", "[1] & [2]"])
def test_what_stands_between_two_markers_is_no_statement(markers: str) -> None:
    footnotes = whole(f"{TRUE} {markers}.")
    assert footnotes.answer == f"{TRUE} [1][2]."
    assert footnotes.grounded


def test_a_marker_may_stand_before_what_it_is_for() -> None:
    assert whole(f"According to [2], {TRUE}.").grounded
    assert not whole(f"According to [2], {FALSE}.").grounded


@pytest.mark.parametrize(
    "text",
    [
        "# What is known",
        "## 2. What the first version of it does",
        "# Etc.",
        "Here is what is known:",
        "Shall I go on?",
        "Yes.",
    ],
)
def test_a_heading_a_question_or_an_introduction_needs_no_citation(text: str) -> None:
    assert not whole(text).statements


def test_the_refusal_of_the_model_is_noticed() -> None:
    footnotes = whole(UNKNOWN)
    assert footnotes.refused
    assert not footnotes.statements


@pytest.mark.parametrize(
    "said", [f"{UNKNOWN} [1]", f"{UNKNOWN}[1][2]", f"{UNKNOWN[:-1]} [1].", f"\n{UNKNOWN} [^9]\n"]
)
def test_the_refusal_is_noticed_with_a_marker_which_is_dropped(said: str) -> None:
    for pieces in ([said], list(said)):
        footnotes, _ = check(*pieces)
        assert footnotes.refused
        assert footnotes.answer.strip() == UNKNOWN
        assert not footnotes.statements
        assert not footnotes.citations


@pytest.mark.parametrize("note", ["(Source: [2])", "Source: [2]", "(see [2]).", "Sources: [1][2]."])
def test_a_note_of_the_source_belongs_to_the_statement_before(note: str) -> None:
    text = f"{TRUE}. {note} {ALSO_TRUE}. [1]"
    for size in (1, 4, 100):
        footnotes, _ = check(*(text[at : at + size] for at in range(0, len(text), size)))
        assert len(footnotes.statements) == 2
        assert footnotes.grounded


@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        ("Sources: [1], [2]", "Sources: [1]"),
        (
            "**Sources:**\n- [1] Super Bowl 50\n- [2] Ports, page 3",
            "**Sources:**\n- Super Bowl 50\n- [1] Ports, page 3",
        ),
        ("References\n\n1. Super Bowl 50\n2. Ports", "References\n\n1. Super Bowl 50\n2. Ports"),
        ("## Quellen\n[2] Ports", "## Quellen\n[1] Ports"),
        ("[^2]: Ports", "[1] : Ports"),
    ],
)
def test_a_list_of_sources_claims_nothing_and_has_the_numbers_of_the_answer(
    sources: str, shown: str
) -> None:
    text = f"{TRUE} [2].\n\n{sources}"
    for pieces in ([text], list(text)):
        footnotes, _ = check(*pieces)
        assert footnotes.answer == f"{TRUE} [1].\n\n{shown}"
        assert len(footnotes.statements) == len(footnotes.citations) == 1
        assert footnotes.grounded


def test_a_claim_in_a_list_of_sources_is_checked() -> None:
    assert not whole(f"{TRUE} [2].\n\nSources:\n- {FALSE} [2]").grounded


@pytest.mark.parametrize("said", [UNKNOWN[:-1], f"**{UNKNOWN}**", f'"{UNKNOWN}"', f"*{UNKNOWN}* [1]"])
def test_the_refusal_is_noticed_without_its_full_stop_and_within_marks(said: str) -> None:
    for pieces in ([said], list(said)):
        footnotes, _ = check(*pieces)
        assert footnotes.refused
        assert not footnotes.statements
