import pytest

from functions.ingest.breadcrumbs import breadcrumbs


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("claims/how-to_file one.md", ("claims", "how to file one")),
        ("a/b/c/handbook/2024/holidays.v2.pdf", ("handbook", "holidays")),
        ("000123.html", ()),
        ("9f86d081/x0_1", ()),
        ("été/日本.txt", ("été", "日本")),
        ("Mu\u0308nchner U\u0308bersicht.txt", ("Münchner Übersicht",)),
        ("हिन्दी/की किताब 2.pdf", ("हिन्दी", "की किताब")),
        (".hidden", ("hidden",)),
        ("/", ()),
    ],
)
def test_breadcrumbs_are_the_words_of_folders_and_file(key: str, words: tuple[str, ...]) -> None:
    assert breadcrumbs(key) == words
