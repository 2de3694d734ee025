"""Detects the format of an object: by its first bytes, then by its name, then by its declared type."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

from footnote.errors import Unreadable

SUPPORTED = (
    "text, Markdown, HTML, PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), CSV, JSON, email (.eml)"
)
OFFICE_MEMBERS = {
    "word/document.xml": "word",
    "ppt/presentation.xml": "powerpoint",
    "xl/workbook.xml": "excel",
}
"""The member of the archive that tells which program a file is of."""
OTHER_MEMBERS = {
    "content.xml": "an OpenDocument file; save it as .docx, .pptx or .xlsx",
    "META-INF/container.xml": "an e-book; convert it to PDF",
    "xl/workbook.bin": "a binary Excel workbook; save it as .xlsx",
    "visio/document.xml": "a Visio drawing; save it as PDF",
    "Index/Document.iwa": "a file of Pages, Numbers or Keynote; export it as .docx, .xlsx or .pptx",
}
"""The member that tells other archives apart."""
MAX_UNPACKED = 1_000_000_000
"""Bytes of an Office file when unpacked."""
MAX_RATIO = 200
"""Unpacked size of an Office file, relative to its packed size."""
ALWAYS_ALLOWED = 50_000_000
"""Unpacked bytes that an Office file may have whatever its packed size."""

_UNSUPPORTED = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old or password-protected Office file or an Outlook message; "
        "save it as .docx, .pptx, .xlsx or .eml",
    ),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an audio, video or WebP file"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a Windows program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "an RTF file; save it as .docx"),
)
_BY_SUFFIX = {
    ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".csv": "csv", ".tsv": "csv",
    ".eml": "email", ".mht": "email", ".mhtml": "email",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_BY_TYPE = {
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "message/rfc822": "email",
    "application/json": "json",
    "application/x-ndjson": "jsonl",
    "text/plain": "plain",
}
_HTML = re.compile(
    rb"\s*+(<\?xml[^>]*>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(!doctype\s+html|html)\b", re.I | re.S
)
"""Possessive, so that a comment never extends into the next one: backtracking would be exponential."""


def detect(path: Path, name: str, content_type: str) -> str:
    """The name of the module beside this one that reads `path`. Raises Unreadable if there is none."""
    with path.open("rb") as file:
        start = file.read(2048)
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return _detect_office(path)
    for magic, what in _UNSUPPORTED:
        if start.startswith(magic):
            raise Unreadable(f"It is {what}. Footnote reads {SUPPORTED}.")
    if start[4:8] == b"ftyp":
        raise Unreadable(f"It is a video, an audio file or a HEIF image. Footnote reads {SUPPORTED}.")
    if _HTML.match(start):
        return "html"
    suffix = PurePosixPath(name).suffix.lower()
    return (
        _BY_SUFFIX.get(suffix) or _BY_TYPE.get(content_type.partition(";")[0].strip().lower()) or "plain"
    )


def format_changed(path: Path, name: str, content_type: str, previous_type: str) -> bool:
    """Whether a file that was read as `previous_type` is read as another format under `content_type`."""
    return previous_type in _BY_TYPE and detect(path, name, content_type) != _BY_TYPE[previous_type]


def _detect_office(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Unreadable(f"It is a broken or truncated Office file or archive: {error}.") from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(MAX_UNPACKED, max(ALWAYS_ALLOWED, MAX_RATIO * path.stat().st_size)):
        raise Unreadable(f"It unpacks to {unpacked} bytes, which is too much for its size.")
    names = {member.filename for member in members}
    for member, format in OFFICE_MEMBERS.items():
        if member in names:
            return format
    for member, what in OTHER_MEMBERS.items():
        if member in names:
            raise Unreadable(f"It is {what}. Footnote reads {SUPPORTED}.")
    raise Unreadable(f"It is a zip archive. Footnote reads {SUPPORTED}; unpack it and add its files.")
