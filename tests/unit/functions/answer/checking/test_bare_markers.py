"""Markers without brackets."""

import pytest

from functions.answer.checking.bare_markers import BareMarkers
from tests.unit.functions.answer.checking.answers import ALSO_TRUE, TRUE, check, whole
from tests.unit.functions.answer.samples import passage, two


def bracketed(text: str, size: int) -> str:
    markers = BareMarkers([*two(), passage("It cost 5 EUR together¹. See document 2. Read passage 3.")])
    pieces = [markers.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return "".join([*pieces, markers.close()])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It listens (passage 1). More", "It listens [1]. More"),
        ("It listens (see Source 2).", "It listens [2]."),
        ("It listens (Passages 1 and 2).", "It listens [1, 2]."),
        ("It listens (documents 1-3).", "It listens [1-3]."),
        ("It listens (Excerpt #2).", "It listens [2]."),
        ("According to passage 1, it listens.", "According to passage [1], it listens."),
        ("Passages 1 and 3 say so.", "Passages [1] and [3] say so."),
        ("It listens.¹ It runs.² ³", "It listens.[1] It runs.[2] [3]"),
        ("It runs¹.", "It runs[1]."),
        ("It listens.<sup>2</sup> More", "It listens.[2] More"),
        ("It listens <sup>2</sup>.", "It listens [2]."),
    ],
)
def test_a_marker_without_brackets_gets_them(text: str, read: str) -> None:
    assert {bracketed(text, size) for size in (1, 2, 3, 5, 100)} == {read}


@pytest.mark.parametrize(
    "text",
    [
        "The hall has 85 m² and 10³ seats, x² each, and km<sup>2</sup>.",
        "It is in passage 9, or passage 2.5, or passage 20%.",
        "It is in passages 1 and 9.",
        "It cost 5 EUR together¹. (See document 2)",
        "It was sold together¹. They hear passage 3.",
        "It is [passage 1] or [see passage 2, passage 3].",
        "Source 1 is upstream. A document 1 page long. (1) is the port.",
        "The passage",
        "It is (passage",
        "a < b",
    ],
)
def test_an_exponent_a_quoted_note_and_an_unknown_number_stay(text: str) -> None:
    assert {bracketed(text, size) for size in (1, 2, 3, 5, 100)} == {text}


@pytest.mark.parametrize("marker", [" (passage 1)", " (source 1)", "¹", " <sup>1</sup>"])
def test_a_statement_with_a_bare_marker_is_checked_against_its_passage(marker: str) -> None:
    for said, grounded in ((ALSO_TRUE, True), (f"{ALSO_TRUE} on port 9200 of points", False)):
        text = f"{said}{marker}."
        for pieces in ([text], list(text)):
            footnotes, _ = check(*pieces)
            assert footnotes.grounded is grounded
            assert len(footnotes.statements) == len(footnotes.citations) == 1
    assert whole(f"According to passage 2, {TRUE}.").grounded
    assert not whole(f"According to passage 1, {TRUE}.").grounded
