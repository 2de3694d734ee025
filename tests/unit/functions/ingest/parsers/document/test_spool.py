from hypothesis import given
from hypothesis import strategies as st

from functions.ingest.parsers.document.spool import Spool

PLACE = st.integers(-5, 60)


@given(st.lists(st.text(max_size=12)), st.integers(1, 9), st.lists(st.tuples(PLACE, PLACE)))
def test_a_spool_equals_the_appended_text(
    texts: list[str], block: int, slices: list[tuple[int, int]]
) -> None:
    spool, whole = Spool(block), ""
    for text in texts:
        spool.append(text)
        whole += text
        assert spool[len(whole) // 2 :] == whole[len(whole) // 2 :]
    assert len(spool) == len(whole)
    assert all(spool[start:end] == whole[start:end] for start, end in slices)
