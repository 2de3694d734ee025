import pytest

from footnote.errors import InvalidRequest
from footnote.settings import Settings
from footnote.text.chunking import Chunking


def test_parsing_reverses_formatting() -> None:
    for chunking in (Chunking.from_settings(Settings()), Chunking(500, 0, "characters")):
        assert Chunking.parse(str(chunking)) == chunking
    assert Chunking.parse("wordpieces-300-60") == Chunking(300, 60)


def test_chunking_comes_from_the_settings() -> None:
    given = Settings(chunk_size=500, chunk_overlap=0, chunk_unit="characters")
    assert str(Chunking.from_settings(given)) == "characters-500-0-named"


@pytest.mark.parametrize(
    "text", ["", "300", "words-300-60", "wordpieces-300", "wordpieces-3-1", "x" * 99]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidRequest, match="as in wordpieces-250-50"):
        Chunking.parse(text)
