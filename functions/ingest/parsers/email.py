"""Mails (.eml) and web archives (.mhtml): the headers and texts that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import EmailPolicy, default
from itertools import groupby
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from functions.ingest.parsers import html
from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.encoding import charset, read_text

TYPE = "message/rfc822"
SHOWN = ("From", "To", "Cc", "Date")
"""Headers that are part of the text, besides the subject."""
BROWSER = "<Saved by "
"""The beginning of what browsers write as the sender of a web archive."""

_QUOTE_MARKS = re.compile(r"(?:> ?)*")
"""Before a line of a mail that is quoted in plain text."""


def read(path: Path, writer: Writer) -> Document:
    with path.open("rb") as file:
        mail = BytesParser(policy=_policy()).parse(file)
    writer.heading(1, _header(mail, "Subject"))
    shown = ((name, _header(mail, name)) for name in SHOWN)
    lines = (f"{name}: {value}" for name, value in shown if value and not value.startswith(BROWSER))
    writer.block("\n".join(lines))
    for part in _shown_parts(mail):
        _write(part, writer)
    return writer.document("", TYPE)


def _policy() -> EmailPolicy[EmailMessage]:
    """The default policy, but the headers that are shown are not parsed, so that none is invalid."""
    headers = HeaderRegistry()
    for name in SHOWN:
        headers.map_to_type(name, UnstructuredHeader)  # type: ignore[arg-type]
    return default.clone(header_factory=headers)


def _header(mail: MIMEPart, name: str) -> str:
    return " ".join(str(mail.get(name, "")).split())


def _shown_parts(part: MIMEPart) -> Iterator[MIMEPart]:
    """The texts and attachments, in order: of alternatives the HTML, and of a page no pictures."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
        return
    parts = [*part.iter_parts()]
    if part.get_content_subtype() == "alternative":
        parts = [max(parts, key=_has_html)]
    elif part.get_content_subtype() == "related":
        parts = [each for at, each in enumerate(parts) if at == 0 or each.is_attachment()]
    for each in parts:
        yield from _shown_parts(each)


def _has_html(part: MIMEPart) -> bool:
    return any(each.get_content_type() == "text/html" for each in part.walk())


def _write(part: MIMEPart, writer: Writer) -> None:
    kind = part.get_content_type()
    if part.is_attachment() or kind not in ("text/plain", "text/html"):
        name = part.get_filename() or (_header(part.get_content(), "Subject") if kind == TYPE else "")
        writer.block(f"Attachment: {name}" if name else "")
    elif kind == "text/html":
        html.write(_text(part), writer)
    else:
        _write_plain(_text(part), writer)


def _write_plain(text: str, writer: Writer) -> None:
    """Write the text without quote marks, and what is quoted apart from what is not."""
    for _, lines in groupby(text.splitlines(), key=_quote_depth):
        writer.block("\n".join(_QUOTE_MARKS.sub("", line, count=1) for line in lines))


def _quote_depth(line: str) -> int:
    marks = _QUOTE_MARKS.match(line)
    return marks[0].count(">") if marks else 0


def _text(part: MIMEPart) -> str:
    """The decoded text. A charset is detected and interpreted as that of a file."""
    content = cast("bytes", part.get_payload(decode=True))
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        declared = part.get_content_charset("")
        return read_text(Path(file.name), declared, charset.from_markup(content))
