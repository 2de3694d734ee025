"""Answers with tables, emphasis, code and links."""

import re

import pytest

from tests.unit.functions.answer.checking.answers import ALSO_TRUE, FALSE, TRUE, check, whole


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_table_stays_one_and_its_head_needs_no_citation(size: int) -> None:
    text = f"{TRUE}.\n\n| Thing | Place |\n|---|:-:|\n| {TRUE} | yes |\n| {ALSO_TRUE} [1] | yes |\n"
    footnotes, _ = check(*(text[at : at + size] for at in range(0, len(text), size)))
    assert footnotes.answer.splitlines() == [
        f"{TRUE}. [1]",
        "",
        "| Thing | Place |",
        "|---|:-:|",
        f"| {TRUE} | yes [1] |",
        f"| {ALSO_TRUE} [2] | yes |",
    ]
    assert footnotes.grounded


@pytest.mark.parametrize(
    "head", [f"| {FALSE}. |", f"| {FALSE} [2] |", f"{FALSE}.\n\n| Port |", f"{FALSE}\n\n| |"]
)
def test_the_head_of_a_table_that_makes_a_claim_is_checked(head: str) -> None:
    assert not whole(f"{head}\n|---|\n| {TRUE} [2] |").grounded


def test_emphasis_around_a_statement_does_not_move_its_marker_to_the_next() -> None:
    footnotes = whole(f"**{ALSO_TRUE}.** [1] *{TRUE}.* [2]")
    assert footnotes.answer == f"**{ALSO_TRUE}.** [1] *{TRUE}.* [2]"
    assert [statement.citations for statement in footnotes.statements] == [[1], [2]]
    assert footnotes.grounded


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
@pytest.mark.parametrize("removed", ["", "<img>", "![x](y)", "](//evil)", "https://evil.example"])
def test_removed_markup_does_not_turn_a_marker_into_a_link(removed: str, target: str) -> None:
    for said in (f"{TRUE}.", f"{TRUE}. [2]", "Yes.\n[2]", "Yes.\n【2】"):
        text = f"{said}{removed}{target} Then."
        for pieces in ([text], list(text)):
            assert not re.search(r"\][(:]", check(*pieces)[0].answer)
