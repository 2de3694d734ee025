import pytest

from functions.ingest.lists import introduction

ITEMS = [f"- damage number {number}" for number in range(40)]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("above", ["Cover ends early.\n\n", "Cover ends\nearly. ", ""])
def test_an_item_is_introduced_by_the_sentence_above_its_list(above: str, gap: str) -> None:
    text = gap.join([f"{above}These are\nnot covered:", *ITEMS, "- the last one"])
    for item in (*ITEMS, "- the last one"):
        assert introduction(text, text.index(item)) == "These are not covered:"


@pytest.mark.parametrize(
    "text",
    [
        "- the last one",
        "These are covered.\n\n- a\n\n- the last one",
        "These are not covered:\n\n- a\n\nAll else is, such as\n\n- the last one",
        f"These are not covered, {'truly ' * 40}not:\n\n- the last one",
        "These are not covered:\n\n" + "- a\n" * 3_000 + "- the last one",
        "What is covered? :\n\n- the last one",
    ],
    ids=["nothing above", "no introduction", "another list", "too long", "too far", "no words"],
)
def test_an_item_may_have_no_introduction(text: str) -> None:
    assert introduction(text, text.index("- the last")) == ""


def test_only_an_item_is_introduced() -> None:
    text = "These are not covered:\n\n- a\n\nAll else is."
    assert introduction(text, text.index("All")) == ""
