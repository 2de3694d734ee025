from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.vectors import decode, encode


def test_the_bytes_are_little_endian() -> None:
    assert encode(array("f", [1.0])) == "AACAPw=="


@given(st.lists(st.floats(width=32, allow_nan=False)))
def test_decoding_reverses_encoding(values: list[float]) -> None:
    assert list(decode(encode(array("f", values)))) == values


@pytest.mark.parametrize("text", ["é", "AA", "AACA", "AACAPw==!"])
def test_invalid_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|padd|ASCII|bytes"):
        decode(text)
