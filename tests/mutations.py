"""Valid files of every format, damaged in ways that lead far into their parsers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from tests import files

SENTENCE = "The reactor runs at 450 degrees."
SEEDS = {name: make(SENTENCE) for name, make in files.FORMATS.items()}

WORDS: dict[str, Sequence[bytes]] = {
    "txt": (b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", "\u2028".encode(), b"\x1b[31m"),
    "md": (b"```\n", b"> ", b"- ", b"  " * 40, b"| a |\n|---|\n", b"[a](<", b"![", b"<div>", b"---\n"),
    "html": (
        b"<table><tr>",
        b"</p>",
        b"<!--",
        b"<svg>",
        b"&#x0;",
        b"&#xd800;",
        b"<h1>",
        b"<pre>",
        b"<li>",
    ),
    "csv": (b'"', b";", b"\t", b"|", b"\r\r\n", b'""', b"," * 50, b"\x00"),
    "json": (
        b"{",
        b"[",
        b'"\\ud800"',
        b"1e999",
        b"-",
        b"NaN",
        b"null,",
        b'{"":',
        b"\\u0000",
        b"9" * 5000,
    ),
    "pdf": (
        *(b"obj", b"endobj", b"stream\n", b"endstream", b"xref\n", b"trailer", b"<<", b">>", b"["),
        *(b" 3 0 R ", b"/Kids[2 0 R]", b"/Count -1", b"/Length 99999999", b"9" * 40, b"/FlateDecode"),
    ),
    "eml": (
        *(
            b"\nContent-Type: multipart/mixed; boundary=a\n\n--a\n",
            b"\nContent-Type: message/rfc822\n\n",
        ),
        *(
            b"; charset=utf-7",
            b"; charset*=x'y'%ff",
            b"=?utf-8?B?/w?=",
            b"=?x?Q?=0",
            b"\nContent-ID: <<",
        ),
        *(
            b"\nContent-Disposition: attachment; filename*0*=a'",
            b"\nFrom: (((<@[",
            b"Date: -1",
            b"\n\n--",
        ),
    ),
    "xml": (
        *(b"<w:tbl>", b"</w:p>", b"<w:tr/>", b"<a:t>", b'<row r="9"/>', b'<c t="s"><v>99</v></c>'),
        *(b"&#0;", b"&amp;" * 9, b"<!DOCTYPE a [", b"]]>", b"xmlns=''", b'r:id="rId99"', b"-1", b"\xff"),
    ),
}
"""By format, what makes a parser take another way."""
KIN = {"log": "txt", "jsonl": "json"}
PACKED = ("docx", "pptx", "xlsx")

Change = Callable[[bytes], bytes]


def damaged(name: str) -> st.SearchStrategy[bytes]:
    """The valid file `name` after up to eight changes of its bytes, or of what is packed in it."""
    suffix = name.rpartition(".")[2]
    words = WORDS.get(KIN.get(suffix, suffix), WORDS["xml"])
    changed = _changes(words).map(lambda changes: _through(SEEDS[name], changes))
    if suffix not in PACKED:
        return changed
    members = sorted(_members(SEEDS[name]))
    return st.one_of(
        changed, st.builds(_repacked, st.just(name), st.sampled_from(members), _changes(words))
    )


def _changes(words: Sequence[bytes]) -> st.SearchStrategy[list[Change]]:
    place = st.floats(0, 1, exclude_max=True)
    length = st.integers(0, 200)
    return st.lists(
        st.one_of(
            st.builds(_inserted, place, st.sampled_from(words), st.integers(1, 50)),
            st.builds(_inserted, place, st.binary(min_size=1, max_size=20), st.just(1)),
            st.builds(_replaced, place, st.binary(min_size=1, max_size=8)),
            st.builds(_removed, place, length),
            st.builds(_copied, place, place, length),
            st.builds(_cut, place),
        ),
        min_size=1,
        max_size=8,
    )


def _through(content: bytes, changes: Sequence[Change]) -> bytes:
    for change in changes:
        content = change(content)
    return content


def _inserted(place: float, word: bytes, times: int) -> Change:
    return lambda old: old[: (at := int(place * len(old)))] + word * times + old[at:]


def _replaced(place: float, new: bytes) -> Change:
    return lambda old: old[: (at := int(place * len(old)))] + new + old[at + len(new) :]


def _removed(place: float, length: int) -> Change:
    return lambda old: old[: (at := int(place * len(old)))] + old[at + length :]


def _copied(source: float, place: float, length: int) -> Change:
    def change(old: bytes) -> bytes:
        start, at = int(source * len(old)), int(place * len(old))
        return old[:at] + old[start : start + length] + old[at:]

    return change


def _cut(place: float) -> Change:
    return lambda old: old[: int(place * len(old))]


def _members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _repacked(name: str, member: str, changes: Sequence[Change]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, whole in _members(SEEDS[name]).items():
            packed.writestr(each, _through(whole, changes) if each == member else whole)
    return content.getvalue()
