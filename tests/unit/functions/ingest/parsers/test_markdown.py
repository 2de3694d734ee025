import pytest

from tests.unit.functions.ingest.reading import Parse


@pytest.mark.parametrize("tag", ["<br>", "<br/>", " <BR /> ", '<br clear="all">'])
def test_a_break_parts_what_is_before_it_from_what_is_after_it(read: Parse, tag: str) -> None:
    text = f"# One{tag}two\n\nfirst{tag}second<b>ly</b>\n\n| k |\n|---|\n| first{tag}second |\n"
    document = read("a.md", text.encode())
    assert document.text[:] == "One two\n\nfirst\nsecondly\n\nk\nfirst second\n\n"


def test_a_break_at_a_lines_end_is_one(read: Parse) -> None:
    assert read("a.md", b"first<br>\nsecond  \nthird\nfourth\n").text[:] == (
        "first\nsecond\nthird\nfourth\n\n"
    )
