import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.letters import separated


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("北京的人口", ["北", "京", "的", "人", "口"]),
        ("東京タワーの高さ", ["東", "京", "タワー", "の", "高", "さ"]),
        ("NHKテレビ", ["NHK", "テレビ"]),
        ("人々𠮷", ["人", "々", "𠮷"]),
        ("서울은 수도", ["서울은", "수도"]),
    ],
)
def test_letters_that_no_space_parts_are_words(text: str, words: list[str]) -> None:
    assert separated(text).split() == words


@given(st.text(st.characters(max_codepoint=0x2FFF)))
def test_other_text_stays_as_it_is(text: str) -> None:
    assert separated(text) == text
