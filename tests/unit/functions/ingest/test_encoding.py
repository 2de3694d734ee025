import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.ingest.parsers import parse
from functions.ingest.parsers.encoding import blocks, opened

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"]
TEXT = st.text(
    st.sampled_from("ab \r\n\x85é€😀日") | st.characters(exclude_characters="\0"),
    min_size=1,
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXT,
    damage=st.sampled_from([b"", b"\xff", b"\xc3", b"\xe2\x82"]),
    encoding=st.sampled_from(ENCODINGS),
    size=st.integers(1, 9),
)
def test_a_file_read_in_blocks_is_the_file(
    tmp_path: Path, text: str, damage: bytes, encoding: str, size: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(("A text. " * 50 + text).encode(encoding, "replace") + damage)
    with opened(path) as file:
        found = [*blocks(file, size)]
        whole = path.read_bytes().decode(file.encoding, "replace")
    assert "".join(found) == whole
    assert not any(one.endswith("\r") and two.startswith("\n") for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.log", "12:00:01 INFO One more sentence stands here.\n"),
        ("a.csv", '1,"One more sentence stands here."\n'),
        ("a.jsonl", '{"said": "One more sentence stands here."}\n'),
    ],
)
def test_a_larger_file_is_read_in_no_more_memory(tmp_path: Path, name: str, line: str) -> None:
    path, peaks = tmp_path / name, []
    for lines in (10, 15_000, 45_000):  # the first for what is imported
        path.write_text(line * lines)
        tracemalloc.start()
        try:
            parse(path, name, "", 10**8)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[2] < 1.2 * peaks[1]
