import pytest

from functions.answer.checking.markers import _CODE_OR_GROUP, Segment, segments


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("It is 9200 [1].", [Segment("It is 9200", " ", (1,)), Segment(".", "", ())]),
        ("  [1] \n [2, 3]【4】", [Segment("", "  ", (1, 2, 3, 4))]),
        ("One[1]\n\n[1] two", [Segment("One", "", (1,)), Segment(" two", "", ())]),
        ("`a[1]` [2]", [Segment("`a[1]`", " ", (2,))]),
        ("It is 9200 [1-3, 5].", [Segment("It is 9200", " ", (1, 2, 3, 5)), Segment(".", "", ())]),
        ("One[2–^3]", [Segment("One", "", (2, 3))]),
        ("One[3-1]", [Segment("One", "", ())]),
        ("One【1†source】【2:0†a 3.txt】", [Segment("One", "", (1, 2))]),
        ("One [passage 1] [Passages 2, 3]", [Segment("One", " ", (1, 2, 3))]),
        ("One [doc. 1] [Footnote 2]", [Segment("One", " ", (1, 2))]),
        ("[2020-2021]", [Segment("[2020-2021]", "", ())]),
        ("`a` b [x]", [Segment("`a` b [x]", "", ())]),
    ],
)
def test_a_text_is_cut_behind_its_markers_and_not_in_code(text: str, cut: list[Segment]) -> None:
    assert segments(text) == cut


def test_a_run_of_blanks_before_a_marker_is_read_from_its_first_alone() -> None:
    text = "Port" + " " * 100 + "[1]"
    starts = [at for at in range(len(text)) if _CODE_OR_GROUP.match(text, at)]
    assert starts == [text.index(" "), text.index("[")]
