import pytest

from functions.answer.checking.markers import CODE_OR_GROUP, Part, parts


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("It is 9200 [1].", [Part("It is 9200", " ", (1,)), Part(".", "", ())]),
        ("  [1] \n [2, 3]【4】", [Part("", "  ", (1, 2, 3, 4))]),
        ("One[1]\n\n[1] two", [Part("One", "", (1,)), Part(" two", "", ())]),
        ("`a[1]` [2]", [Part("`a[1]`", " ", (2,))]),
        ("`a` b [x]", [Part("`a` b [x]", "", ())]),
    ],
)
def test_a_text_is_cut_behind_its_markers_and_not_in_code(text: str, cut: list[Part]) -> None:
    assert parts(text) == cut


def test_a_run_of_blanks_before_a_marker_is_read_from_its_first_alone() -> None:
    text = "Port" + " " * 100 + "[1]"
    starts = [at for at in range(len(text)) if CODE_OR_GROUP.match(text, at)]
    assert starts == [text.index(" "), text.index("[")]
