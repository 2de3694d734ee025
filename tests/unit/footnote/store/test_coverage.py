import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.coverage import coverage

words = st.text("abcde", min_size=1, max_size=3)


@given(
    st.dictionaries(words, st.integers(0, 10_000)),
    st.integers(0, 10_000),
    st.lists(st.sets(words), max_size=4),
)
def test_coverage_is_between_0_and_1(
    frequencies: dict[str, int], chunks: int, found: list[set[str]]
) -> None:
    shares = coverage(frequencies, chunks, found)
    assert len(shares) == len(found)
    assert all(0 <= share <= 1.000001 for share in shares)


@given(st.dictionaries(words, st.integers(0, 1000), min_size=1))
def test_a_passage_with_all_terms_has_full_coverage(frequencies: dict[str, int]) -> None:
    assert coverage(frequencies, 1000, [set(), set(frequencies)]) == pytest.approx([0, 1])


def test_without_passages_or_terms_there_is_no_coverage() -> None:
    assert coverage({"heron": 3}, 1000, []) == []
    assert coverage({}, 1000, [{"heron"}]) == [0]


def test_a_rare_term_weighs_more() -> None:
    frequencies = {"heron": 2, "river": 500}
    heron, river = coverage(frequencies, 1000, [{"heron"}, {"river"}])
    assert heron > 0.8
    assert river < 0.2


def test_a_term_that_no_chunk_contains_weighs_most() -> None:
    frequencies = {"heron": 1, "zeppelin": 0}
    assert coverage(frequencies, 1000, [{"heron"}])[0] < 0.5


def test_the_coverage_of_passages_does_not_add_up() -> None:
    frequencies = {"heron": 2, "otter": 2}
    assert coverage(frequencies, 1000, [{"heron"}, {"otter"}]) == pytest.approx([0.5, 0.5])
