from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.text.sentences import sentences
from footnote.text.windows import WINDOW


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is late. He left!  Why? ", ["It is late.", "He left!", "Why?"]),
        ("Dr. Smith met the U.S. Army at 3.5 p.m. on Friday.", None),
        ("He scored 3.14 points, see Fig. 3 and no. 5.", None),
        ("J. R. R. Tolkien wrote, e.g. letters.", None),
        ("**Is it free?** Yes. *No!*\n\n__So?__", ["**Is it free?**", "Yes.", "*No!*", "__So?__"]),
        ("**Is it free?\n\nNo.**", ["**Is it free?", "No.**"]),
        ('"Really?" he said. Then he left.', ['"Really?" he said.', "Then he left."]),
        ("First [1]. Second.[2] Third", ["First [1].", "Second.[2]", "Third"]),
        ("# Heading\ntext here", ["# Heading", "text here"]),
        ("- one\n- two\n1. three", ["- one", "- two", "1. three"]),
        ("1.2. The term ends.\n12.10.3) It is May.", ["1.2. The term ends.", "12.10.3) It is May."]),
        ("x = 1\ny = 2", ["x = 1", "y = 2"]),
        ("```sh\na. b\n```\nThen on. End.", ["```sh", "a. b", "```", "Then on.", "End."]),
        (
            "```run``` starts. It ends.\n\nThen on. End.",
            ["```run``` starts.", "It ends.", "Then on.", "End."],
        ),
        ("A long line that somebody wrapped at a width of his own\nand that goes on.", None),
        ("Every statement has a footnote that leads\nto the passage it rests on: a page.", None),
        (
            "region: eu-central-1, where all nodes are\nbucket: documents, open to everybody here",
            [
                "region: eu-central-1, where all nodes are",
                "bucket: documents, open to everybody here",
            ],
        ),
        (
            "The laptop costs approx. 500 dollars. Delivery takes max. 5 days. It is here.",
            ["The laptop costs approx. 500 dollars.", "Delivery takes max. 5 days.", "It is here."],
        ),
        (
            "Run ./configure first. The .NET runtime is old. Then .. it goes.",
            ["Run ./configure first.", "The .NET runtime is old.", "Then .. it goes."],
        ),
        (
            "Am 3. Oktober 1990 war es so. Am 31. August\n1990 nicht.",
            ["Am 3. Oktober 1990 war es so.", "Am 31. August\n1990 nicht."],
        ),
        (
            "Население Москвы составляет 13 млн. человек. Она основана в 1147 г. князем. Да.",
            ["Население Москвы составляет 13 млн. человек.", "Она основана в 1147 г. князем.", "Да."],
        ),
        ("Biuro mieści się przy ul. Długiej 5. Tak.", ["Biuro mieści się przy ul. Długiej 5.", "Tak."]),
        ("Plan | Storage\nTeam | 50 GB", ["Plan | Storage", "Team | 50 GB"]),
        (
            "Nov 30 02:48:11 web sshd[1]: closed\nNov 30 02:48:12 web su: opened",
            ["Nov 30 02:48:11 web sshd[1]: closed", "Nov 30 02:48:12 web su: opened"],
        ),
        (
            "I1130 02:48:11 main.go:7] it is up\nE1130 02:48:12 main.go:9] it is down",
            ["I1130 02:48:11 main.go:7] it is up", "E1130 02:48:12 main.go:9] it is down"],
        ),
        (
            "    A client that gets a response with exit(1) or 503 (Service\n    Unavailable) waits.",
            ["A client that gets a response with exit(1) or 503 (Service\n    Unavailable) waits."],
        ),
        ("b) The account may hold 40 hours, and\n     nothing.", None),
        (
            "No.: 7; cause: A crack. It is new; agent: Tim\nid: 8",
            ["No.: 7; cause: A crack. It is new; agent: Tim", "id: 8"],
        ),
        (
            "The hall (German: Saal; French: salle; Dutch: zaal) is old. It is red.",
            ["The hall (German: Saal; French: salle; Dutch: zaal) is old.", "It is red."],
        ),
        (
            "Price (EUR): 3. In cash; size (cm): 7; agent (us): Tim",
            None,
        ),
        (
            "Use: for milk; not for oil. It is safe; so is tea: try.",
            ["Use: for milk; not for oil.", "It is safe; so is tea: try."],
        ),
        (
            "    return [each for each in all]\n    wait(5);",
            ["return [each for each in all]", "wait(5);"],
        ),
        ('The policy uses the word as the meaning of\n"testing" changes over time and so do we.', None),
        (
            "[12:00:01] a connection of somebody was made\n[12:00:02] a connection was closed again",
            [
                "[12:00:01] a connection of somebody was made",
                "[12:00:02] a connection was closed again",
            ],
        ),
        ("日本語です。次の文。", ["日本語です。", "次の文。"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str] | None) -> None:
    assert cut(text) == ([text] if expected is None else expected)


@given(st.text(alphabet=st.sampled_from("aA1 .!?\n\"'[]-*。é\t")) | st.text())
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    spans = [*sentences(text)]
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {at for start, end in spans for at in range(start, end)}
    assert {at for at, character in enumerate(text) if not character.isspace()} <= covered
    assert not any(text[start].isspace() or text[end - 1].isspace() for start, end in spans)


@settings(max_examples=15, deadline=None)
@given(st.text(st.sampled_from("ab .!?\nÄ日🙂-1\t"), max_size=200), st.integers(0, 220))
def test_distant_preceding_text_does_not_change_the_sentences(text: str, shift: int) -> None:
    """Wherever a window ends."""
    text = f"{text}\n\n{text}"
    before = "=" * (WINDOW - shift) + "\n\n"
    far, near = (
        [(first - len(start), last - len(start)) for first, last in sentences(start + text)]
        for start in (before, "")
    )
    assert far[1:] == near
