import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.text.normalization import normalize, separate_words, southeast_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("北京的人口", ["北", "京", "的", "人", "口"]),
        ("東京タワーの高さ", ["東", "京", "タワー", "の", "高", "さ"]),
        ("NHKテレビ", ["NHK", "テレビ"]),
        ("人々𠮷", ["人", "々", "𠮷"]),
        ("서울은 수도", ["서울은", "수도"]),
        ("ที่นี่ ๒๕๖๗", ["ที่", "นี่", "๒๕๖๗"]),
        ("हिन्दी", ["हिन्दी"]),
        ("か\u3099", ["が"]),
    ],
)
def test_words_of_scripts_without_spaces_are_separated(text: str, words: list[str]) -> None:
    assert separate_words(text).split() == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("Thai: ที่นี่ ๒๕๖๗, 東京", "ที่ นี่"), ("ລາວ", "ລ າ ວ"), ("ក្រុង", "ក្ រុ ង"), ("Größe", ""), ("a", "")],
)
def test_words_of_southeast_asian_scripts_are_extracted(text: str, words: str) -> None:
    assert southeast_words(text) == words


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_other_text_stays_as_it_is(text: str) -> None:
    assert separate_words(text) == normalize(text).replace("İ", "I")


@pytest.mark.parametrize("text", ["", "a\tb", "1,000 – “Größe”", "가 日本 ガ हिन्दी", "a\u200bb"])
def test_composed_text_stays_as_it_is(text: str) -> None:
    assert normalize(text) == text


def test_invisible_characters_are_removed_and_accents_composed() -> None:
    assert normalize("\ufeffkosten\u00adlos\u2060 u\u00ad\u0308ber") == "kostenlos über"
