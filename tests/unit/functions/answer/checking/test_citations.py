import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.contracts import Citation
from functions.answer.checking.citations import CitationChecker
from tests.unit.functions.answer.samples import passage, two

QUESTION = "What is known?"
UNKNOWN = "That is not known."
TRUE = "Elasticsearch listens on port 9200"
ALSO_TRUE = "The Panthers defense gave up just 308 points"
FALSE = "The Panthers defense listens on port 9200"

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


def check(*pieces: str) -> tuple[CitationChecker, list[str | Citation]]:
    footnotes = CitationChecker(two(), QUESTION, refusal=UNKNOWN)
    events = [event for piece in pieces for event in footnotes.feed(piece)]
    return footnotes, [*events, *footnotes.close()]


def whole(text: str) -> CitationChecker:
    return check(text)[0]


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


def test_a_statement_that_its_passage_does_not_support_is_marked() -> None:
    footnotes = whole(f"{FALSE} [2].")
    assert not footnotes.citations[0].supported
    assert not footnotes.grounded


def test_one_unsupported_statement_is_enough_to_be_ungrounded() -> None:
    footnotes = whole(f"{TRUE} [2]. {FALSE} [2].")
    assert [statement.supported for statement in footnotes.statements] == [True, False]
    assert not footnotes.grounded


def test_a_marker_without_a_passage_is_dropped_and_its_statement_is_unsupported() -> None:
    footnotes = whole(f"{TRUE} [9].")
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
    footnotes = whole(f"{TRUE} [2], and {ALSO_TRUE} [1].")
    assert footnotes.grounded
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
    ],
)
def test_markers_behind_a_full_stop_are_for_the_statement_before_it(markers: str) -> None:
    footnotes = whole(f"{ALSO_TRUE}. {markers} {TRUE}. [2]")
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


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_table_stays_one_and_its_head_needs_no_citation(size: int) -> None:
    text = f"| What | Where |\n|---|:-:|\n| {TRUE} | yes |\n| {ALSO_TRUE} [1] | yes |\n"
    footnotes, _ = check(*(text[at : at + size] for at in range(0, len(text), size)))
    assert footnotes.answer.splitlines() == [
        "| What | Where |",
        "|---|:-:|",
        f"| {TRUE} | yes [1] |",
        f"| {ALSO_TRUE} [2] | yes |",
    ]
    assert footnotes.grounded


@pytest.mark.parametrize("head", [f"| {FALSE}. |", f"| {FALSE} [2] |", f"{FALSE}.\n\n| Port |"])
def test_the_head_of_a_table_that_makes_a_claim_is_checked(head: str) -> None:
    assert not whole(f"{head}\n|---|\n| {TRUE} [2] |").grounded


def test_emphasis_around_a_statement_does_not_move_its_marker_to_the_next() -> None:
    footnotes = whole(f"**{ALSO_TRUE}.** [1] *{TRUE}.* [2]")
    assert footnotes.answer == f"**{ALSO_TRUE}.** [1] *{TRUE}.* [2]"
    assert [statement.citations for statement in footnotes.statements] == [[1], [2]]
    assert footnotes.grounded


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


@pytest.mark.parametrize("apology", ["I'm sorry, but ", "Sorry, ", "Unfortunately, "])
def test_the_refusal_is_noticed_after_an_apology(apology: str) -> None:
    assert whole(f"{apology}{UNKNOWN.lower()}").refused
    assert not whole(f"{FALSE}, and {UNKNOWN.lower()}").refused


@pytest.mark.parametrize("said", [UNKNOWN[:-1], f"**{UNKNOWN}**", f'"{UNKNOWN}"', f"*{UNKNOWN}* [1]"])
def test_the_refusal_is_noticed_without_its_full_stop_and_within_marks(said: str) -> None:
    for pieces in ([said], list(said)):
        footnotes, _ = check(*pieces)
        assert footnotes.refused
        assert not footnotes.statements


def test_code_keeps_its_brackets() -> None:
    code = "```\nfirst = hits[2]\n```"
    assert whole(f"{TRUE}, see `hits[1]` [2].\n{code}").answer == f"{TRUE}, see `hits[1]` [1].\n{code}"


@pytest.mark.parametrize(
    "line",
    [
        f"```Note``` {FALSE}. [2]",
        f"```Note``` {FALSE}. {TRUE}. [2]",
        f"``` {FALSE}.\nrun\n```",
        f"~~~ {FALSE}.\nrun\n~~~",
        f"```\n{TRUE}.\n``` {FALSE}.",
        f"# {FALSE}.",
        f"### {FALSE}! ###",
    ],
)
def test_an_info_string_or_a_heading_that_makes_a_claim_is_checked(line: str) -> None:
    footnotes = whole(f"{TRUE}. [2]\n{line}")
    unsupported = [
        footnotes.answer[statement.start : statement.end]
        for statement in footnotes.statements
        if not statement.supported
    ]
    assert any(FALSE in text for text in unsupported)


@pytest.mark.parametrize("fence", ["```", "````", "~~~", "  ```", "```python", "~~~ python"])
def test_a_code_block_starts_and_ends_with_a_line_of_its_own(fence: str) -> None:
    text = f"{fence}\n[2]\n{TRUE} [2].\n{fence}"
    assert whole(f"{text}\n{TRUE} [2].").answer == f"{text}\n{TRUE} [1]."
    assert whole(f"{TRUE}. ~~~ Again, {TRUE} [2].").answer == f"{TRUE}. [1] ~~~ Again, {TRUE} [1]."


def test_a_marker_after_a_code_block_is_dropped() -> None:
    assert whole(f"```\n{TRUE}.\n```\n[2]\n\nYes.").answer == f"```\n{TRUE}.\n```\n\nYes."


def test_a_link_that_no_passage_has_is_removed() -> None:
    text = f"{TRUE} ![x](https://evil.example/?q=1) [2]. See https://docs.example/ports [2]."
    assert whole(text).answer == f"{TRUE} [1]. See https://docs.example/ports [2]."


@pytest.mark.parametrize(
    "target", ["(//evil.example)", ": //evil.example", ":https://docs.example/ports"]
)
@pytest.mark.parametrize("removed", ["<img>", "![x](y)", "](//evil)", "https://evil.example"])
def test_removed_markup_does_not_turn_a_marker_into_a_link(removed: str, target: str) -> None:
    for said in (f"{TRUE}.", f"{TRUE}. [2]", "Yes.\n[2]"):
        text = f"{said}{removed}{target} Then."
        for pieces in ([text], list(text)):
            assert not re.search(r"\][(:]", check(*pieces)[0].answer)


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
