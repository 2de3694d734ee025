import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.text import wordpieces
from tests.modules import imported_by


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in wordpieces.offsets(text)]


def test_offsets_refer_to_the_original_text() -> None:
    text = "Die Straße, naïvely CAFÉ\u0301S 東京"
    assert pieces(text) == ["Die", "St", "raße", ",", "naïve", "ly", "CAFÉ\u0301S", "東", "京"]


def test_wordpieces_of_one_character_share_its_offsets() -> None:
    assert pieces("영") == ["영", "영", "영"]


@given(st.text())
def test_wordpieces_are_in_order(text: str) -> None:
    offsets = [*wordpieces.offsets(text)]
    assert offsets == sorted(offsets)
    assert all(0 <= start < end <= len(text) for start, end in offsets)


@given(st.text(st.characters(categories=("L", "N", "P")), max_size=80))
def test_every_letter_digit_and_mark_is_in_a_wordpiece(text: str) -> None:
    covered = {position for start, end in wordpieces.offsets(text) for position in range(start, end)}
    assert covered == set(range(len(text)))


def test_empty_text_has_no_wordpieces() -> None:
    assert [*wordpieces.offsets("")] == [*wordpieces.offsets(" \n\t\u200b")] == []


def test_a_special_token_in_a_text_is_plain_text() -> None:
    assert pieces("a [SEP] b") == ["a", "[", "SEP", "]", "b"]


def test_a_very_long_word_is_one_wordpiece() -> None:
    assert pieces("a " + "x" * 500_000) == ["a", "x" * 500_000]


@pytest.mark.parametrize("shift", [0, 1, 7, 20])
def test_a_long_text_is_cut_at_spaces_only(shift: int) -> None:
    text = " " * shift + "An unbelievably long-winded préface. \n" * 3_000
    whole = wordpieces.tokenizer().encode(text, add_special_tokens=False).offsets
    assert [*wordpieces.offsets(text)] == whole


def test_importing_the_module_loads_no_tokenizer() -> None:
    assert "tokenizers" not in imported_by("import footnote.text.wordpieces")
