from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.elasticsearch.client import smile
from tests.unit.footnote.store.elasticsearch.client.smile_decoder import values

FLOATS = st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False))
LEAVES = st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.text()
DOCUMENTS = st.recursive(
    LEAVES | FLOATS.map(lambda floats: array("f", floats)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def plain(value: Any) -> Any:
    """The value with lists in place of arrays."""
    if isinstance(value, array | list):
        return [plain(each) for each in value]
    return {name: plain(each) for name, each in value.items()} if isinstance(value, dict) else value


@given(st.lists(DOCUMENTS, max_size=5))
def test_decoding_returns_what_was_encoded(documents: list[Any]) -> None:
    assert values(smile.encode_lines(documents)) == plain(documents)


@pytest.mark.parametrize("length", [1, 64, 65, 3000])
def test_a_name_may_have_any_length(length: int) -> None:
    assert values(smile.encode_lines([{"n" * length: "one"}])) == [{"n" * length: "one"}]


@pytest.mark.parametrize("number", [0, -1, 31, 32, -32, 1 << 31, -(1 << 31) - 1, 1 << 62])
def test_a_number_may_have_any_size(number: int) -> None:
    assert values(smile.encode_lines([number])) == [number]


def test_a_vector_takes_six_bytes_a_dimension() -> None:
    assert len(smile.encode(array("f", [0.1] * 384))) == 6 * 384 + 2


@pytest.mark.parametrize("value", [0.5, b"bytes", {1, 2}])
def test_unsupported_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match=f"{type(value).__name__} cannot be encoded"):
        smile.encode(value)
