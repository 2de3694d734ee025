from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.bucket.folder import ignored
from footnote.errors import InvalidRequest
from functions.answer.endpoints.uploads import folder_of, usable
from functions.answer.identity import Caller


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("notes.md", "notes.md"),
        ("Jahresbericht 2025 (final).pdf", "Jahresbericht 2025 (final).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\notes.md", "notes.md"),
        ("a\0b\nc.txt", "a_b_c.txt"),
        ("100%25.txt", "100_25.txt"),
        ("u\u0308ber.txt", "über.txt"),
        ("日本語.pdf", "日本語.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_the_name_of_a_file_stays_as_it_is_where_it_can(given: str, kept: str) -> None:
    assert usable(given) == kept


@pytest.mark.parametrize("name", ["", " ", ".", "..", "a/", ".env", "~$a.docx", "a~", "a.swp", "???"])
def test_a_name_that_buckets_pass_over_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="rename it"):
        usable(name)


@given(st.text())
def test_whatever_the_name_its_key_is_one_that_every_bucket_shows(name: str) -> None:
    try:
        key = usable(name)
    except InvalidRequest:
        return
    assert "/" not in key
    assert key.isprintable() or not key.isascii()
    assert len(key.encode()) <= 255 or not key.isascii()
    assert not ignored(key)
    assert usable(key) == key


def test_nobody_writes_into_the_folder_of_another() -> None:
    names = [
        "key:ada",
        "key:ada-",
        "subject:ada",
        "subject:../x",
        "subject:a/b",
        "subject:日本",
        "key:Ada",
    ]
    folders = {folder_of(Caller(name)) for name in names}
    assert len(folders) == len(names)
    for folder in folders:
        assert folder.endswith("/")
        assert folder.count("/") == 1
        assert not ignored(folder + "a.md")
    assert folder_of(Caller("address:127.0.0.1", known=False)) == ""
