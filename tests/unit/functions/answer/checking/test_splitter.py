import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.answer.checking.sanitizer import sanitize
from functions.answer.checking.splitter import StatementSplitter

PIECES = [
    *("The office ", " is busy", "12 ", " people", ". ", ".", ", ", "  ", "\n", "^ ", "• ", "(b) ", '"'),
    *("It costs max. ", "3. ", "M", "ai ", "./"),
    *("[1]", " [1, 2]", "[", "](x) ", " <img> ", "`", " https://evil.example/ "),
]


def cut(*pieces: str) -> list[str]:
    statements = StatementSplitter()
    found = [statement for piece in pieces for statement in statements.feed(piece)]
    return [*found, *statements.close()]


@pytest.mark.parametrize(
    "text",
    [
        "Port 9200 it is. [2] Then more.",
        "Port 9200 it is [2]. Then more.",
        "Port 9200 it is.[1][2] Then more.",
        "- Port 9200 it is. [2]\n- Then more.",
        "Port 9200 it is.\n[2]\n\nThen more.",
        "Port 9200 it is. [1, 2] Then more.",
        "Port 9200 it is. [1, 2] [3] Then more.",
        "Port 9200 it is. 【1】【2】 Then more.",
        "Port 9200 it is. [^1] [^2] Then more.",
        "Port 9200 it is. [1]. Then more.",
        "Port 9200 it is. [1], [2] Then more.",
        "Port 9200 it is. [1-3] Then more.",
        "Port 9200 it is. 【1†source】【2:0†ports.txt】 Then more.",
        "Port 9200 it is. [passage 1] [Passages 2, 3] Then more.",
        "**Port 9200 it is.** Then more.",
        "**Port 9200 it is.** [1] Then more.",
        "*Port 9200 it is. [1]* [2] Then more.",
        "__Port 9200 it is.__[1] Then more.",
    ],
)
def test_markers_belong_to_the_statement_before_however_it_arrives(text: str) -> None:
    for size in (1, 4, 100):
        _, second = cut(*(text[at : at + size] for at in range(0, len(text), size)))
        assert second.strip() in ("Then more.", "- Then more.")


@pytest.mark.parametrize(
    "text",
    [
        "The laptop costs approx. 500 dollars.",
        "Run ./configure first.",
        "Es war am 3. Oktober 1990.",
        "Население составляет 13 млн. человек.",
        "It was found by Dr. Byron.",
        "It is blue [see p. 12].",
        "**Dr. Byron** found it.",
        "It was found by *Mr. Ford* and __St. Clair__.",
        "It was found by Mr. Henry Ford.",
        "Port 9200 it is.[1]: then more.",
    ],
)
def test_a_full_stop_within_a_statement_does_not_end_it_however_it_arrives(text: str) -> None:
    for size in (1, 2, 3, 100):
        assert cut(*(text[at : at + size] for at in range(0, len(text), size)), " Then on.") == [
            text,
            " Then on.",
        ]


def test_emphasis_belongs_to_the_statement_that_it_begins_or_ends() -> None:
    statements = ["**It is so.**", " *Good* it is.", " __Then__ more."]
    for size in (1, 4, 100):
        text = "".join(statements)
        assert cut(*(text[at : at + size] for at in range(0, len(text), size))) == statements


def test_a_marker_that_begins_a_line_of_text_belongs_to_that_line() -> None:
    assert cut("Port 9200 it is.\n[2] Then more.") == ["Port 9200 it is.", "\n[2] Then more."]


def test_a_short_statement_below_a_long_line_is_one_of_its_own() -> None:
    pieces = ("The port on which it listens ", "is 9200.\nGood. Then more. ")
    assert cut(*pieces) == ["The port on which it listens is 9200.", "\nGood.", " Then more. "]


def test_a_line_is_a_statement_though_nothing_ends_it() -> None:
    assert cut("First line\nSecond", " line") == ["First line", "\nSecond line"]


@pytest.mark.parametrize("quote", ['"', "'", "“"])
def test_a_quotation_mark_belongs_to_the_statement_that_it_opens(quote: str) -> None:
    assert cut(*f"It is so. {quote}Good it is.") == ["It is so.", f" {quote}Good it is."]


def test_whole_words_may_be_shown_before_the_statement_is_whole() -> None:
    statements = StatementSplitter()
    statements.feed("The port is 92")
    assert statements.stable == "The port is"


def test_the_bar_that_ends_a_row_is_not_stable() -> None:
    statements = StatementSplitter()
    statements.feed("| Port | 9200 |\n")
    assert statements.stable == "| Port | 9200"


@pytest.mark.parametrize("start", ["[", "<a", "![", "http://evil", "ftp://evil", "www.evil"])
def test_the_start_of_markup_is_not_stable(start: str) -> None:
    statements = StatementSplitter()
    statements.feed(f"See this {start} and more words")
    assert statements.stable == "See this"


@settings(deadline=None)
@given(st.lists(st.text(alphabet="aB .!?\n[]1 <`http:/", max_size=12)))
def test_the_statements_joined_are_the_text(pieces: list[str]) -> None:
    assert "".join(cut(*pieces)) == "".join(pieces)


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES), min_size=3, max_size=12))
def test_the_stable_text_starts_the_next_statement(pieces: list[str]) -> None:
    statements, stable = StatementSplitter(), ""
    for piece in pieces:
        for statement in statements.feed(piece):
            assert sanitize(statement, ()).startswith(stable)
            stable = ""
        assert statements.stable.startswith(stable)
        stable = statements.stable
