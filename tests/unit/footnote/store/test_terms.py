import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.terms import MAX_TERMS, query_terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What does the heron eat?", ["heron", "eat"]),
        ("Heron heron HERON", ["heron"]),
        ("the and of what is it", []),
        ("Why doesn't it work? I'm lost, we’ve no clue", ["work", "lost", "clue"]),
        ("whats the limit", ["limit"]),
        ("Newton's law, the boys’ laws", ["newton", "law", "boys", "laws"]),
        ("O'Neill U.S.A. 3.14 1,000", ["o'neill", "u.s.a", "3.14", "1,000"]),
        ("snake_case _ __ __init__", ["snake_case", "__init__"]),
        ('"quoted" AND (NEAR* ^col:x)', ["quoted", "near", "col", "x"]),
        ("Österreich 東京 ΑΘΗΝΑ", ["österreich", "東", "京", "αθηνα"]),
        ("東京タワーの高さは？", ["東", "京", "タワー", "の", "高", "さ", "は"]),
        ("हिन्दी की किताब", ["हिन्दी", "की", "किताब"]),
        ("İstanbul İZMİR", ["istanbul", "izmir"]),
        ("Zu\u0308rich kosten\u00adlos", ["zürich", "kostenlos"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("\u0301 \u200d", []),
        ("🦉\0\u200b —", []),
        ("", []),
    ],
)
def test_the_terms_are_the_words_that_carry_meaning(text: str, found: list[str]) -> None:
    assert query_terms(text) == found


@given(st.text())
def test_no_term_can_break_out_of_a_quoted_phrase(text: str) -> None:
    found = query_terms(text)
    assert len(found) == len(set(found)) <= MAX_TERMS
    assert not any(sign in term for term in found for sign in '"\0 \n*^():')
