import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.text.windows import is_blank, windowed_matches

PATTERNS = [
    re.compile(r"[^\r\n]+"),
    re.compile(r"\S.{0,7}(?=\s|$)|\S{7}|\S+", re.DOTALL),
    re.compile(r".{1,7}\S*\s*", re.DOTALL),
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(
    text=st.text(alphabet=st.sampled_from("ab .\r\n\u2028é"), max_size=80),
    start=st.integers(0, 20),
    window=st.integers(1, 30),
)
def test_matches_are_those_in_the_whole_text(
    pattern: re.Pattern[str], text: str, start: int, window: int
) -> None:
    end = max(start, len(text) - 5)
    whole = [(match.start(), match.group()) for match in pattern.finditer(text, start, end)]
    assert [*windowed_matches(pattern, text, start, min(end, len(text)), window)] == whole


@given(st.text(alphabet=" \n\u2003") | st.text())
def test_a_text_of_white_space_is_blank(text: str) -> None:
    assert is_blank(text) == (not text.strip())
