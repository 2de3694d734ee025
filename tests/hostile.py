"""Files that are broken or made to harm whoever reads them, each written to a path of its own."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from fpdf import FPDF

from tests import files

SENTENCE = "The house tea is a Darjeeling."
Content = bytes | Callable[[], bytes] | int
"""The bytes, what makes them, or how many zeros there are."""


def write(content: Content, path: Path) -> None:
    if isinstance(content, int):
        with path.open("wb") as file:
            file.truncate(content)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content())


def encrypted_pdf() -> bytes:
    document = FPDF()
    document.set_encryption("owner", "user")
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.cell(text=SENTENCE)
    return bytes(document.output())


def crowded_pdf(objects: int) -> bytes:
    """One page with the sentence, and `objects` that nothing refers to."""
    content = b"BT /F 12 Tf 10 10 Td (%b) Tj ET" % SENTENCE.encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *[b"null"] * objects,
    ]
    return pdf(bodies)


def pdf(bodies: list[bytes]) -> bytes:
    """The objects, numbered from 1, of which the first is the catalog."""
    written, at, places = [b"%PDF-1.4\n"], 9, []
    for number, body in enumerate(bodies, 1):
        written.append(b"%d 0 obj%b endobj\n" % (number, body))
        places.append(b"%010d 00000 n \n" % at)
        at += len(written[-1])
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(bodies) + 1, b"".join(places))
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, at)
    return b"".join((*written, table, end))


def endless_pdf(pages: int) -> bytes:
    """The same empty page, again and again."""
    kids = b"3 0 R " * pages
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Count %d/Kids[%b]>>" % (pages, kids), page])


def bomb(member: str, size: int) -> bytes:
    """A small archive that unpacks to `size` bytes."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(member, "w") as file,
    ):
        for _ in range(size // 1_000_000):
            file.write(b" " * 1_000_000)
    return packed.getvalue()


def changed(archive: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return packed.getvalue()


def laughing(xml: bytes) -> bytes:
    """The sentence is an entity of entities, a hundred billion characters long."""
    entities = [b'<!ENTITY e0 "ha ha ha ha ">']
    entities += [b'<!ENTITY e%d "%b">' % (n, b"&e%d;" % (n - 1) * 20) for n in range(1, 9)]
    return _declared(xml, b"".join(entities), b"&e8;")


def spying(secret: Path) -> Callable[[bytes], bytes]:
    """The sentence is what another file of the reader's machine holds."""
    entity = b'<!ENTITY x SYSTEM "%b">' % secret.as_uri().encode()
    return lambda xml: _declared(xml, entity, b"&x;")


def _declared(xml: bytes, entities: bytes, text: bytes) -> bytes:
    root = re.search(rb"<[a-zA-Z]", xml)
    assert root is not None
    doctype = b"<!DOCTYPE d [%b]>" % entities
    return xml[: root.start()] + doctype + xml[root.start() :].replace(SENTENCE.encode(), text)


def vast_sheet(xml: bytes) -> bytes:
    """Claims all rows and columns that there can be, and fills the first and the last cell."""
    cell = '<row r="{0}"><c r="{1}" t="inlineStr"><is><t>{2}</t></is></c></row>'
    rows = cell.format(1, "A1", SENTENCE) + cell.format(1_048_576, "XFD1048576", SENTENCE)
    xml = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData>%b</sheetData>" % rows.encode(), xml)
    return re.sub(rb"<dimension[^>]*>", b'<dimension ref="A1:XFD1048576"/>', xml)


WORD, SLIDE = "word/document.xml", "ppt/slides/slide2.xml"
SHEET = "xl/worksheets/sheet1.xml"
UNFOLDING = {"k" * 100_000: list(range(100_000))}

FAILING: dict[str, tuple[Content, str]] = {
    "truncated.pdf": (files.pdf(SENTENCE)[:-600], "broken or truncated PDF"),
    "truncated.docx": (files.word(SENTENCE)[:-300], "broken or truncated Office file"),
    "truncated.xlsx": (files.excel(SENTENCE)[:3000], "broken or truncated Office file"),
    "encrypted.pdf": (encrypted_pdf, "protected by a password"),
    "picture.pdf": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "a PNG image"),
    "program.txt": (b"\x7fELF\2\1\1" + b"\0" * 99, "a program"),
    "huge.txt": (500_000_000, "more than the limit of 50000000 .FOOTNOTE_OBJECT_LIMIT"),
    "zeros.txt": (49_000_000, "binary data"),
    "bomb.docx": (lambda: bomb(WORD, 200_000_000), "unpacks to 200000000 bytes"),
    "swollen.docx": (lambda: bomb(WORD, 49_000_000), "broken or truncated word file"),
    "laughs.docx": (lambda: changed(files.word(SENTENCE), WORD, laughing), "amplification"),
    "laughs.pptx": (lambda: changed(files.powerpoint(SENTENCE), SLIDE, laughing), "amplification"),
    "laughs.xlsx": (
        lambda: changed(files.excel(SENTENCE), SHEET, laughing),
        "broken or truncated excel",
    ),
    "endless.pdf": (lambda: endless_pdf(1_000_000), "FOOTNOTE_PARSE_TIMEOUT"),
    "nested.html": (lambda: b"<div>" * 300_000 + b"text", "FOOTNOTE_PARSE_TIMEOUT"),
    "nested.json": (lambda: b"[" * 1_000_000, "nested too deeply"),
    "nested.eml": (lambda: b"Content-Type: message/rfc822\n\n" * 2_000, "nested too deeply"),
    "unfolding.json": (lambda: json.dumps(UNFOLDING).encode(), "FOOTNOTE_(TEXT_LIMIT|PARSE_MEMORY)"),
    "line.txt": (lambda: b"x" * 25_000_000, "FOOTNOTE_TEXT_LIMIT"),
    "line.jsonl": (lambda: b'{"a": "' + b"x " * 12_500_000 + b'"}', "FOOTNOTE_TEXT_LIMIT"),
}
"""Name -> what it holds, and the reason why it cannot be read, as a pattern."""

HARMLESS: dict[str, Content] = {
    "wrong.txt": files.pdf(SENTENCE),
    "wrong.pdf": SENTENCE.encode(),
    "wrong.json": files.word(SENTENCE),
    "crowded.pdf": lambda: crowded_pdf(1_000_000),
    "vast.xlsx": lambda: changed(files.excel(SENTENCE), SHEET, vast_sheet),
    "nested900.json": b"[" * 900 + json.dumps(SENTENCE).encode() + b"]" * 900,
    "headed.md": lambda: b"# " + b"word " * 1_000 + b"\n\n" + SENTENCE.encode(),
    "invalid.txt": SENTENCE.encode() + b" Caf\xc3\xa9 \xff\xfe\xfd \xed\xa0\x80 \xf8\x88",
    "lines.txt": lambda: b"\n" * 1_000_000 + SENTENCE.encode(),
    "quoted.md": b">" * 50 + SENTENCE.encode(),
}
"""Name -> what it holds: for all its oddity the sentence, which whoever reads it finds."""
